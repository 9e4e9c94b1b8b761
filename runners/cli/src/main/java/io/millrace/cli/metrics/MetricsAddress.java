package io.millrace.cli.metrics;

import io.millrace.pipeline.WrongUseException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Where a run serves its metrics: a port of 127.0.0.1, or of another address if a flag names one.
 * The endpoint has no login, so other computers reach it only if the user asks for that.
 */
public final class MetricsAddress {
  /** The flag with the port. */
  public static final String PORT = "--metricsPort";

  /** The flag with the address. */
  public static final String ADDRESS = "--metricsAddress";

  /** The address without the flag. */
  public static final String LOOPBACK = "127.0.0.1";

  private static final int HIGHEST = 65_535;

  private MetricsAddress() {}

  /** The problems of both flags among arguments, one line each. */
  public static List<String> problems(List<String> args) {
    return problems(value(args, PORT), value(args, ADDRESS));
  }

  private static List<String> problems(@Nullable String port, @Nullable String address) {
    List<String> problems = new ArrayList<>();
    if (port != null && !isPort(port)) {
      problems.add(PORT + ": expected a port from 0 to " + HIGHEST + ", found `" + port + "`");
    }
    if (address != null && inet(address) == null) {
      problems.add(
          ADDRESS
              + ": expected an IP address of this machine, or 0.0.0.0 for all of them, found `"
              + address
              + "`");
    }
    if (address != null && port == null) {
      problems.add(ADDRESS + " has no effect without " + PORT);
    }
    return problems;
  }

  private static @Nullable String value(List<String> args, String flag) {
    for (int i = 0; i < args.size(); i++) {
      if (args.get(i).startsWith(flag + "=")) {
        return args.get(i).substring(flag.length() + 1);
      }
      if (args.get(i).equals(flag) && i + 1 < args.size()) {
        return args.get(i + 1);
      }
    }
    return null;
  }

  /**
   * The address that the flags ask for; with port 0: any free one.
   *
   * @throws WrongUseException in one line, if a value is invalid
   */
  static InetSocketAddress parse(String port, @Nullable String address) {
    List<String> problems = problems(port, address);
    if (!problems.isEmpty()) {
      throw new WrongUseException(problems.get(0));
    }
    return new InetSocketAddress(
        inet(address == null ? LOOPBACK : address), Integer.parseInt(port));
  }

  private static boolean isPort(String value) {
    try {
      int port = Integer.parseInt(value);
      return port >= 0 && port <= HIGHEST;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** The address in a text; null if it is none. Looks up no name. */
  private static @Nullable InetAddress inet(String text) {
    boolean literal =
        text.matches(
                "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(\\.(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])){3}")
            || text.matches("[0-9a-fA-F]*:[0-9a-fA-F:.]*");
    if (!literal) {
      return null;
    }
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      return null;
    }
  }
}
