package dev.hookset.aws.clients;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * The TLS sockets of one HTTP client, so that they can be closed: the JDK keeps connections where
 * nobody else reaches them. It looks a kept connection up by the factory of its socket, too; with a
 * new factory, none of the old ones is ever found again.
 */
final class RecordedSockets {
  private @Nullable Factory factory;

  /** Returns the factory for new connections. */
  synchronized SSLSocketFactory factory() {
    Factory current = factory;
    if (current == null) {
      try {
        current = new Factory(SSLContext.getDefault());
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("the JDK's own trust store cannot be read", e);
      }
      factory = current;
    }
    return current;
  }

  /**
   * Closes all sockets, and drops the sessions that would be resumed: clones of one snapshot would
   * all present the same ticket.
   */
  synchronized void closeAll() {
    Factory old = factory;
    if (old == null) {
      return;
    }
    old.closeAll();
    forgetSessions(old.context.getClientSessionContext());
    factory = new Factory(old.context);
  }

  private static void forgetSessions(SSLSessionContext sessions) {
    for (byte[] id : Collections.list(sessions.getIds())) {
      SSLSession session = sessions.getSession(id);
      if (session != null) {
        session.invalidate();
      }
    }
  }

  private static final class Factory extends SSLSocketFactory {
    private final SSLContext context;
    private final SSLSocketFactory sockets;
    private final List<Socket> open = new ArrayList<>();

    Factory(SSLContext context) {
      this.context = context;
      this.sockets = context.getSocketFactory();
    }

    private synchronized Socket recorded(Socket socket) {
      open.removeIf(Socket::isClosed);
      open.add(socket);
      return socket;
    }

    synchronized void closeAll() {
      for (Socket socket : open) {
        try {
          socket.close();
        } catch (IOException e) {
          // The other side was quicker.
        }
      }
      open.clear();
    }

    @Override
    public Socket createSocket() throws IOException {
      return recorded(sockets.createSocket());
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
        throws IOException {
      return recorded(sockets.createSocket(socket, host, port, autoClose));
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      return recorded(sockets.createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
        throws IOException {
      return recorded(sockets.createSocket(host, port, localHost, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      return recorded(sockets.createSocket(host, port));
    }

    @Override
    public Socket createSocket(
        InetAddress address, int port, InetAddress localAddress, int localPort) throws IOException {
      return recorded(sockets.createSocket(address, port, localAddress, localPort));
    }

    @Override
    public String[] getDefaultCipherSuites() {
      return sockets.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
      return sockets.getSupportedCipherSuites();
    }
  }
}
