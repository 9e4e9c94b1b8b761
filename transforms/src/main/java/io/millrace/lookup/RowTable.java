package io.millrace.lookup;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.Lookup;
import io.millrace.event.Utf8Slice;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Rows by their keys, in memory. Equal texts of a column are kept once, as long as a column has few
 * different ones.
 */
public final class RowTable implements LookupIndex {
  /** How many different texts of a column are compared with new ones. */
  private static final int MOST_SHARED = 10_000;

  // Estimates for a 64-bit JVM with compressed pointers
  private static final int BYTES_OF_A_ROW = 112;
  private static final int BYTES_OF_A_VALUE = 8;
  private static final int BYTES_OF_A_TEXT = 64;

  private final Map<String, @Nullable Object[]> rows;

  private RowTable(Map<String, @Nullable Object[]> rows) {
    this.rows = rows;
  }

  @Override
  public @Nullable Object @Nullable [] find(String key) {
    return rows.get(key);
  }

  @Override
  public long rows() {
    return rows.size();
  }

  /** Collects rows. Not thread-safe. */
  public static final class Builder {
    private final Lookup lookup;
    private final ColumnReader[] readers;
    private final Map<Utf8Slice, Utf8Slice> shared = new HashMap<>();
    private final Map<String, @Nullable Object[]> rows = new HashMap<>();
    private long bytes;

    /**
     * Begins a table without rows.
     *
     * @param columns the columns that events get, in the order of {@link Lookup#columns()}
     */
    public Builder(Lookup lookup, List<FieldDefinition> columns) {
      this.lookup = lookup;
      this.readers = columns.stream().map(ColumnReader::new).toArray(ColumnReader[]::new);
    }

    /**
     * Adds a row; of several with one key, the last one counts.
     *
     * @param texts the values of the columns as texts, in order; null: no value
     * @param place where the row is, for messages
     * @throws LookupException if a column cannot hold its value, or the rows take too much memory
     */
    public void add(String key, @Nullable String[] texts, String place) throws LookupException {
      @Nullable Object[] values = new @Nullable Object[readers.length];
      bytes += BYTES_OF_A_ROW + 2L * key.length();
      for (int i = 0; i < readers.length; i++) {
        String text = texts[i];
        if (text != null) {
          Object value = readers[i].read(text, place);
          values[i] = value instanceof Utf8Slice slice ? once(slice) : value;
          bytes += BYTES_OF_A_VALUE;
        }
      }
      rows.put(key, values);
      if (bytes > lookup.maxBytes()) {
        throw new LookupException(
            ("takes more than %,d bytes of memory after %,d rows; raise `max_megabytes` if the workers"
                    + " have the memory, or look up in fewer rows or columns")
                .formatted(lookup.maxBytes(), rows.size()));
      }
    }

    private Utf8Slice once(Utf8Slice text) {
      Utf8Slice before = shared.get(text);
      if (before != null) {
        return before;
      }
      bytes += BYTES_OF_A_TEXT + 2L * text.length();
      if (shared.size() < MOST_SHARED) {
        shared.put(text, text);
      }
      return text;
    }

    /** The table; nothing may be added afterwards. */
    public LookupIndex build() {
      return new RowTable(rows);
    }
  }
}
