package io.millrace.clickhouse.client;

import io.millrace.io.SinkAddress;
import io.millrace.io.flags.Urls;
import java.util.Locale;

/**
 * Address of a ClickHouse database: {@code clickhouse://host:port/database}, with {@code ?tls=true}
 * for HTTPS. The port is ClickHouse's HTTP port.
 *
 * @param endpoint {@code http://host:port} or {@code https://host:port}
 * @param database the database's name: letters, digits, _ and -; quote it in statements
 */
public record ClickHouseAddress(String endpoint, String database) implements SinkAddress {
  public static final String SCHEME = "clickhouse://";

  /**
   * Parses an address.
   *
   * @throws IllegalArgumentException in one line, if the text is invalid; never quotes a password
   */
  public static ClickHouseAddress parse(String text) {
    String rest = text.startsWith(SCHEME) ? text.substring(SCHEME.length()) : "";
    if (text.indexOf('@') >= 0 || text.toLowerCase(Locale.ROOT).contains("password=")) {
      throw new IllegalArgumentException(
          "user and password must not appear in the URL: use --clickHouseUser=NAME and"
              + " --clickHousePassword=env:NAME");
    }
    boolean tls = rest.endsWith("?tls=true");
    if (tls) {
      rest = rest.substring(0, rest.length() - "?tls=true".length());
    }
    int slash = rest.indexOf('/');
    int colon = rest.lastIndexOf(':', slash < 0 ? rest.length() : slash);
    if (slash <= 0 || colon <= 0 || slash == rest.length() - 1 || rest.indexOf('?') >= 0) {
      throw new IllegalArgumentException(
          "`" + shown(text) + "`: expected clickhouse://host:port/database[?tls=true]");
    }
    for (int c : rest.substring(slash + 1).codePoints().toArray()) {
      if (!isInName(c)) {
        throw new IllegalArgumentException(
            ("`%s`: the database name cannot contain `%s`; expected letters (a to z),"
                    + " digits, _ and -")
                .formatted(shown(text), Character.toString(c)));
      }
    }
    String port = rest.substring(colon + 1, slash);
    if (!Urls.isPort(port)) {
      throw new IllegalArgumentException("`" + shown(text) + "`: `" + port + "` is not a port");
    }
    return new ClickHouseAddress(
        (tls ? "https://" : "http://") + rest.substring(0, slash), rest.substring(slash + 1));
  }

  /** The text without its parameters, which may contain secrets. */
  private static String shown(String text) {
    int parameters = text.indexOf('?');
    return parameters < 0 ? text : text.substring(0, parameters) + "?…";
  }

  public boolean tls() {
    return endpoint.startsWith("https://");
  }

  private static boolean isInName(int c) {
    return c < 128 && (Character.isLetterOrDigit(c) || c == '_' || c == '-');
  }

  @Override
  public String toString() {
    return SCHEME
        + endpoint.substring(endpoint.indexOf("//") + 2)
        + "/"
        + database
        + (tls() ? "?tls=true" : "");
  }
}
