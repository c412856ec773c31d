package dev.hookset.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/**
 * TLS in front of a server that speaks none, on the loopback interface: each connection is passed
 * on, byte for byte.
 */
final class TlsProxy implements AutoCloseable {
  private static final int BUFFER = 64 * 1024;

  private final SSLServerSocket server;
  private final URI upstream;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private TlsProxy(SSLServerSocket server, URI upstream) {
    this.server = server;
    this.upstream = upstream;
  }

  static TlsProxy open(SSLContext tls, URI upstream) throws IOException {
    SSLServerSocket server =
        (SSLServerSocket)
            tls.getServerSocketFactory()
                .createServerSocket(0, 100, InetAddress.getLoopbackAddress());
    TlsProxy door = new TlsProxy(server, upstream);
    Thread.ofPlatform().daemon().name("tls-door").start(door::accept);
    return door;
  }

  /** Returns its address; the certificate is for this name. */
  URI endpoint() {
    return URI.create("https://localhost:" + server.getLocalPort());
  }

  /** Cuts what is open, as a snapshot that is restored elsewhere finds its connections. */
  void cut() {
    for (Socket socket : open) {
      close(socket);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        client.setTcpNoDelay(true);
        Socket target = new Socket(upstream.getHost(), upstream.getPort());
        target.setTcpNoDelay(true);
        open.add(client);
        pump(client, target);
        pump(target, client);
      }
    } catch (SocketException e) {
      // Closed.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void pump(Socket from, Socket to) {
    Thread.ofPlatform()
        .daemon()
        .name("tls-door")
        .start(
            () -> {
              byte[] buffer = new byte[BUFFER];
              try (from;
                  to) {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                  out.write(buffer, 0, count);
                }
              } catch (IOException e) {
                // One side is gone; the other is closed with it.
              } finally {
                open.remove(from);
                open.remove(to);
              }
            });
  }

  private static void close(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // It is no longer of use, either way.
    }
  }
}
