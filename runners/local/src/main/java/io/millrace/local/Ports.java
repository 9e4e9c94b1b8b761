package io.millrace.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** TCP ports of 127.0.0.1. */
final class Ports {
  private Ports() {}

  static InetAddress loopback() {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A port nobody listens on now; another process may still take it before its use. */
  static int free() {
    try (ServerSocket socket = new ServerSocket(0, 1, loopback())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new LocalStackException("no free TCP port on 127.0.0.1: " + e.getMessage(), e);
    }
  }

  /**
   * @param option the option that chooses another port
   * @throws LocalStackException if somebody listens on the port
   */
  static void requireFree(int port, String option) {
    try (ServerSocket socket = new ServerSocket()) {
      // Connections of a server that was just killed may linger: they do not count.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(loopback(), port));
    } catch (IOException e) {
      throw new LocalStackException(
          "port "
              + port
              + " on 127.0.0.1 is already in use: stop what listens there or pass "
              + option
              + "=N",
          e);
    }
  }

  static boolean accepts(String host, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
