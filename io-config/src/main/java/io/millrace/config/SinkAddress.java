package io.millrace.config;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Where rows go, as a URL. Its scheme decides which sink writes there: {@code clickhouse://} or
 * {@code bigquery://}. An address is equal to another if it is the same place.
 */
public sealed interface SinkAddress extends Serializable
    permits ClickHouseAddress, BigQueryAddress {
  /**
   * Reads addresses with commas between them.
   *
   * @throws IllegalArgumentException in one line that names every mistake, if one is none or is
   *     there twice; of what may hold a password nothing is repeated
   */
  static List<SinkAddress> parseAll(String text) {
    // Before the commas are looked for: a password may have one.
    if (text.indexOf('@') >= 0 || text.toLowerCase(Locale.ROOT).contains("password=")) {
      throw new IllegalArgumentException(
          "user and password do not belong into a URL: use --clickHouseUser=NAME and"
              + " --clickHousePassword=env:NAME");
    }
    List<SinkAddress> addresses = new ArrayList<>();
    List<String> mistakes = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      try {
        SinkAddress address = parse(part);
        if (addresses.contains(address)) {
          mistakes.add("`" + address + "` is there twice");
        }
        addresses.add(address);
      } catch (IllegalArgumentException e) {
        mistakes.add(e.getMessage());
      }
    }
    if (!mistakes.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", mistakes));
    }
    return addresses;
  }

  /** Reads one address. */
  private static SinkAddress parse(String text) {
    if (text.startsWith(ClickHouseAddress.SCHEME)) {
      return ClickHouseAddress.parse(text);
    }
    if (text.startsWith(BigQueryAddress.SCHEME)) {
      return BigQueryAddress.parse(text);
    }
    throw UnknownUrl.of(
        text, "clickhouse://host:port/database[?tls=true] or bigquery://project/dataset");
  }
}
