package dev.hookset.local.embedded;

import dev.hookset.local.files.PrivateFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import org.jspecify.annotations.Nullable;

/**
 * S3Proxy, speaking the S3 protocol, inside this JVM, listening on the IPv4 loopback address only.
 *
 * <p>It is ready when {@link #start} returns. Without a directory nothing outlives {@link #close}.
 * With one, each bucket is a folder in it and each object a file, and a later instance started on
 * the same directory, on any port, serves them again. It takes any credentials, and headers that S3
 * would refuse.
 */
public final class EmbeddedS3 implements AutoCloseable {

  private static final String LOOPBACK = "127.0.0.1";

  private final S3Proxy server;
  private final int port;

  private EmbeddedS3(S3Proxy server) {
    this.server = server;
    this.port = server.getPort();
  }

  /**
   * Starts a server.
   *
   * @param dir where to keep the objects, created if absent; null to keep them in memory
   * @param port the port to listen on; 0 for any free one
   * @throws IOException if the directory or the port cannot be used
   */
  public static EmbeddedS3 start(@Nullable Path dir, int port) throws IOException {
    if (dir != null) {
      PrivateFiles.folder(dir);
    }
    var server =
        S3Proxy.builder()
            .blobStore(
                dir == null
                    ? new TransientNio2BlobStore()
                    : new FilesystemNio2BlobStore(dir.toAbsolutePath().toString()))
            .endpoint(URI.create("http://" + LOOPBACK + ":" + port))
            // Such as the session token of a function's credentials.
            .ignoreUnknownHeaders(true)
            .stopTimeout(0)
            .build();
    try {
      server.start();
    } catch (Exception e) {
      stop(server, e);
      throw e instanceof IOException io
          ? io
          : new IOException("S3Proxy did not start on port " + port, e);
    }
    return new EmbeddedS3(server);
  }

  /** The address to give a client as its endpoint override. */
  public URI endpoint() {
    return URI.create("http://" + LOOPBACK + ":" + port());
  }

  /** The port it listens on. */
  public int port() {
    return port;
  }

  /** Stops listening and cuts open connections. Repeating it does nothing. */
  @Override
  public void close() {
    var failure = new IllegalStateException("S3Proxy did not stop");
    stop(server, failure);
    if (failure.getSuppressed().length > 0) {
      throw failure;
    }
  }

  private static void stop(S3Proxy server, Exception failure) {
    try {
      server.stop();
    } catch (Exception e) {
      failure.addSuppressed(e);
    }
  }
}
