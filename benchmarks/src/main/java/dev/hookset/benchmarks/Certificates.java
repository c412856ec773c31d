package dev.hookset.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A certificate for {@code localhost}, made by the JDK's {@code keytool}: RSA 2048, as AWS's
 * endpoints have it. It stands among those that Java trusts anyway, so that reading them costs what
 * it costs.
 *
 * @param keyStore the private key, PKCS #12
 * @param trustStore what a Java contender trusts, PKCS #12
 * @param pem what the others trust besides
 */
record Certificates(Path keyStore, Path trustStore, Path pem) {
  private static final String PASSWORD = "changeit";
  private static final String ALIAS = "localhost";

  /** Makes them in a folder of their own in {@code parent}: each benchmark of a run makes some. */
  static Certificates make(Path parent) throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory(parent, "certificates");
    Path keyStore = directory.resolve("server.p12");
    Path trustStore = directory.resolve("trusted.p12");
    Path pem = directory.resolve("server.pem");
    keytool(
        "-genkeypair",
        "-alias",
        ALIAS,
        "-keyalg",
        "RSA",
        "-keysize",
        "2048",
        "-sigalg",
        "SHA256withRSA",
        "-validity",
        "2",
        "-dname",
        "CN=localhost",
        "-ext",
        "san=dns:localhost,ip:127.0.0.1",
        "-storetype",
        "PKCS12",
        "-keystore",
        keyStore.toString(),
        "-storepass",
        PASSWORD);
    try (InputStream stream = Files.newInputStream(keyStore)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(stream, PASSWORD.toCharArray());
      X509Certificate certificate = (X509Certificate) store.getCertificate(ALIAS);
      Files.writeString(
          pem,
          "-----BEGIN CERTIFICATE-----\n"
              + Base64.getMimeEncoder(64, new byte[] {'\n'})
                  .encodeToString(certificate.getEncoded())
              + "\n-----END CERTIFICATE-----\n");
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
    Files.copy(Path.of(System.getProperty("java.home"), "lib", "security", "cacerts"), trustStore);
    keytool(
        "-importcert",
        "-noprompt",
        "-alias",
        "hookset-benchmarks",
        "-file",
        pem.toString(),
        "-keystore",
        trustStore.toString(),
        "-storepass",
        PASSWORD);
    return new Certificates(keyStore, trustStore, pem);
  }

  /** Returns the context of a server with the key in {@code keyStore}. */
  static SSLContext serverContext(Path keyStore) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream stream = Files.newInputStream(keyStore)) {
      store.load(stream, PASSWORD.toCharArray());
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  private static void keytool(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
      throw new IOException("keytool failed: " + said);
    }
  }
}
