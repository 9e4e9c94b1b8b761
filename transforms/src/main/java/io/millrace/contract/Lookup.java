package io.millrace.contract;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Columns that are looked up by a key in a table outside of the stream.
 *
 * @param name stable name; part of metrics and dead letters
 * @param kind what is looked up in: the format of the source, or a built-in kind
 * @param from the address of the source; empty for a kind that needs none
 * @param key the key of an event, as an expression in CEL; an event whose key is null or fails has
 *     no row
 * @param keyColumn the column of the source that holds the keys; empty for a kind that has none
 * @param columns the columns that events get
 * @param refresh how often the source is read again
 * @param onMissing what becomes of an event without a row in the source
 * @param maxBytes the most memory that the table may take, in bytes
 * @param options options of the source, for example references to secrets
 */
public record Lookup(
    String name,
    Kind kind,
    String from,
    String key,
    String keyColumn,
    List<Column> columns,
    Duration refresh,
    OnFailure onMissing,
    long maxBytes,
    Map<String, String> options)
    implements Serializable {

  /** What a look-up looks up in. */
  public enum Kind {
    /** Rows of CSV whose first line names the columns. */
    CSV,
    /** The same with tabs between the cells. */
    TSV,
    /** JSON objects, one a line. */
    JSONL,
    /** Rows of a Parquet file. */
    PARQUET,
    /** A database of MaxMind, by IP address. */
    MMDB,
    /** The parts of a browser's user agent; needs no source. */
    USER_AGENT;

    /** Whether rows have a column that holds their key. */
    public boolean hasKeyColumn() {
      return this == CSV || this == TSV || this == JSONL || this == PARQUET;
    }

    /** Whether the values come from a source that has an address. */
    public boolean hasSource() {
      return this != USER_AGENT;
    }

    public String contractName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Lookup {
    columns = List.copyOf(columns);
    options = Map.copyOf(options);
  }

  /**
   * A column that events get.
   *
   * @param name the column, one of the contract's fields
   * @param source the column of the source
   */
  public record Column(String name, String source) implements Serializable {}
}
