package io.millrace.config;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Where rows go, as a URL. Its scheme decides which sink writes there: {@code clickhouse://} or
 * {@code bigquery://}. An address is equal to another if it is the same place.
 */
public sealed interface SinkAddress extends Serializable
    permits ClickHouseAddress, BigQueryAddress {
  /**
   * Reads addresses with commas between them.
   *
   * @throws IllegalArgumentException in one line, if one is none or is there twice; of an unknown
   *     URL only the scheme is repeated, since the rest may hold a password
   */
  static List<SinkAddress> parseAll(String text) {
    List<SinkAddress> addresses = new ArrayList<>();
    int start = 0;
    while (start <= text.length()) {
      int comma = text.indexOf(',', start);
      int end = comma < 0 ? text.length() : comma;
      SinkAddress address = parse(text.substring(start, end));
      if (addresses.contains(address)) {
        throw new IllegalArgumentException("`" + address + "` is there twice");
      }
      addresses.add(address);
      start = end + 1;
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
    int scheme = text.indexOf("://");
    throw new IllegalArgumentException(
        "`"
            + (scheme < 0 ? text : text.substring(0, scheme + "://".length()))
            + "`: expected clickhouse://host:port/database[?tls=true] or"
            + " bigquery://project/dataset");
  }
}
