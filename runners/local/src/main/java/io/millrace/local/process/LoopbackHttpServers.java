package io.millrace.local.process;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsServer;
import com.sun.net.httpserver.spi.HttpServerProvider;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * Makes the JDK's HTTP servers listen on 127.0.0.1 instead of all interfaces, because Flink's
 * Prometheus reporter has no setting for its address. Enabled by the system property {@code
 * com.sun.net.httpserver.HttpServerProvider} of a child process.
 */
public final class LoopbackHttpServers extends HttpServerProvider {
  /** The JDK's own provider is not exported. */
  public static final String EXPORT = "--add-exports=jdk.httpserver/sun.net.httpserver=ALL-UNNAMED";

  private static final String OF_THE_JDK = "sun.net.httpserver.DefaultHttpServerProvider";

  private final HttpServerProvider real;

  public LoopbackHttpServers() throws ReflectiveOperationException {
    real =
        Class.forName(OF_THE_JDK)
            .asSubclass(HttpServerProvider.class)
            .getConstructor()
            .newInstance();
  }

  @Override
  public HttpServer createHttpServer(InetSocketAddress address, int backlog) throws IOException {
    return real.createHttpServer(onLoopback(address), backlog);
  }

  @Override
  public HttpsServer createHttpsServer(InetSocketAddress address, int backlog) throws IOException {
    return real.createHttpsServer(onLoopback(address), backlog);
  }

  private static InetSocketAddress onLoopback(InetSocketAddress address) {
    return address == null || !address.getAddress().isAnyLocalAddress()
        ? address
        : new InetSocketAddress(Ports.loopback(), address.getPort());
  }
}
