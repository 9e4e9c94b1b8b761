package io.millrace.bigquery.write;

import com.google.protobuf.CodedOutputStream;
import io.millrace.contract.Compression;
import io.millrace.event.Event;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Upper bounds of encoded row sizes. A request to the Storage Write API has at most 10 MB,
 * including column names.
 */
public final class RowSize {
  /** Size limit of a row, with room for the rest of the request. */
  public static final int MOST_BYTES = 9_000_000;

  /**
   * Largest ratio of a row's size to its JSON. An array element has at least two characters in JSON
   * ({@code 1,}) and up to eleven bytes here. The rest is room for defaults.
   */
  private static final int GROWTH = 8;

  /** Bytes of a field's tag. */
  private static final int OF_A_TAG = 2;

  /** Bytes of the length prefix of a text or record. */
  private static final int OF_A_LENGTH = 4;

  private RowSize() {}

  /**
   * Whether an event's row is too large. Inspects the values only if the record is large or
   * compressed.
   */
  static boolean isTooLarge(Event event) {
    byte[] value = event.origin().value();
    return (value == null || value.length > MOST_BYTES / GROWTH || Compression.isLikely(value))
        && of(event.row()) > MOST_BYTES;
  }

  /** Upper bound of a value's encoded size. Includes fields that are not in the table. */
  public static long of(@Nullable Object value) {
    if (value == null) {
      return 0;
    }
    long sum = OF_A_TAG;
    if (value instanceof Row row) {
      sum += OF_A_LENGTH;
      for (Object field : row.getValues()) {
        sum += of(field);
      }
    } else if (value instanceof Collection<?> elements) {
      for (Object element : elements) {
        sum += of(element);
      }
    } else if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        sum += OF_A_TAG + OF_A_LENGTH + of(entry.getKey()) + of(entry.getValue());
      }
    } else if (value instanceof String text) {
      sum += OF_A_LENGTH + text.getBytes(StandardCharsets.UTF_8).length;
    } else if (value instanceof BigDecimal decimal) {
      sum += OF_A_LENGTH + decimal.toPlainString().length();
    } else if (value instanceof Integer || value instanceof Long) {
      sum += CodedOutputStream.computeInt64SizeNoTag(((Number) value).longValue());
    } else {
      // A time in microseconds or a double.
      sum += CodedOutputStream.computeInt64SizeNoTag(Long.MAX_VALUE);
    }
    return sum;
  }
}
