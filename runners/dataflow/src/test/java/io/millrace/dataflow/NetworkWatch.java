package io.millrace.dataflow;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Takes note of every host that this JVM wants to talk to, and lets none be reached. The JDK asks
 * it before it opens a connection over HTTP or a plain socket.
 */
final class NetworkWatch extends ProxySelector implements AutoCloseable {
  private final ProxySelector before = ProxySelector.getDefault();
  private final List<String> asked = new CopyOnWriteArrayList<>();

  private NetworkWatch() {}

  static NetworkWatch start() {
    NetworkWatch watch = new NetworkWatch();
    ProxySelector.setDefault(watch);
    return watch;
  }

  /** Hosts that were wanted. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  @Override
  public List<Proxy> select(URI uri) {
    asked.add(uri.getHost());
    // Nobody listens on port 1.
    return List.of(
        new Proxy(
            uri.getScheme().startsWith("http") ? Proxy.Type.HTTP : Proxy.Type.SOCKS,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 1)));
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException e) {
    // It was noted when it was asked for.
  }

  @Override
  public void close() {
    ProxySelector.setDefault(before);
  }
}
