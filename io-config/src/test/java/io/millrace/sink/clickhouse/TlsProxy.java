package io.millrace.sink.clickhouse;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Ends TLS before a server that speaks HTTP, as a load balancer does. On 127.0.0.1. */
final class TlsProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final URI server;
  private volatile SSLContext identity;

  TlsProxy(String server, SSLContext identity) throws IOException {
    this.server = URI.create(server);
    this.identity = identity;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    inThread(this::accept);
  }

  /** New connections see this identity. */
  void identity(SSLContext other) {
    identity = other;
  }

  String endpoint() {
    return "https://127.0.0.1:" + listener.getLocalPort();
  }

  private void accept() throws IOException {
    while (!listener.isClosed()) {
      Socket plain = listener.accept();
      inThread(() -> serve(plain));
    }
  }

  private void serve(Socket plain) throws IOException {
    try (plain;
        SSLSocket client =
            (SSLSocket) identity.getSocketFactory().createSocket(plain, null, false);
        Socket behind = new Socket(server.getHost(), server.getPort())) {
      client.setUseClientMode(false);
      client.startHandshake();
      inThread(
          () -> {
            pump(behind.getInputStream(), client.getOutputStream());
            client.shutdownOutput();
          });
      pump(client.getInputStream(), behind.getOutputStream());
    }
  }

  private static void pump(InputStream from, OutputStream to) throws IOException {
    byte[] buffer = new byte[16_384];
    for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
      to.write(buffer, 0, n);
      to.flush();
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  /** A connection that breaks is the matter of its client. */
  private static void inThread(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // The client sees it.
              }
            },
            "tls-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
