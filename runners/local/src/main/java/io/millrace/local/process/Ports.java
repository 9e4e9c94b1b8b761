package io.millrace.local.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** TCP ports of 127.0.0.1. */
public final class Ports {
  private Ports() {}

  public static InetAddress loopback() {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Disjoint port ranges for the kinds of servers. They lie below the ephemeral ports (on Linux
   * from 32768), because an outgoing connection could take a server's port while the server is
   * down.
   */
  public enum Range {
    KAFKA(10_000),
    CLICKHOUSE(13_000),
    /** Further listeners of a broker. */
    KAFKA_LISTENERS(16_000),
    FLINK(20_000),
    PROXY(24_000),
    PUBSUB(28_000);

    private static final int SIZE = 3_000;

    private final int from;

    Range(int from) {
      this.from = from;
    }
  }

  /** A free port, as {@link #free(Range, int)}. */
  public static int free(Range range) {
    return free(range, 1).get(0);
  }

  /**
   * Several different free ports. They are leased: no other call returns them while this process
   * lives, in whatever process of this user. A server may start seconds after its port was chosen.
   */
  public static List<Integer> free(Range range, int count) {
    List<Integer> all =
        IntStream.range(range.from, range.from + Range.SIZE)
            .boxed()
            .collect(Collectors.toCollection(ArrayList::new));
    Collections.shuffle(all);
    List<Integer> free =
        count > all.size()
            ? List.of()
            : all.stream().filter(Ports::isFree).filter(PortLeases::take).limit(count).toList();
    if (free.size() < count) {
      throw new LocalStackException(
          "not enough free TCP ports on 127.0.0.1 from %s to %s"
              .formatted(range.from, range.from + Range.SIZE - 1));
    }
    return free;
  }

  static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      // Ignores lingering connections of a server that was just killed.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(loopback(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Requires a port to be free.
   *
   * @param option the option that sets another port, for the message
   * @throws LocalStackException if the port is in use
   */
  public static void requireFree(int port, String option) {
    if (!isFree(port)) {
      throw new LocalStackException(
          ("port %s on 127.0.0.1 is already in use. Stop the process that uses it, or set"
                  + " another port with %s=N")
              .formatted(port, option));
    }
  }

  /**
   * Whether somebody listens there.
   *
   * @param address {@code host:port}
   */
  public static boolean accepts(String address) {
    int colon = address.lastIndexOf(':');
    int port = Integer.parseInt(address.substring(colon + 1));
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address.substring(0, colon), port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
