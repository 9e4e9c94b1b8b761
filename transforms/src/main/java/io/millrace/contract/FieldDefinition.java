package io.millrace.contract;

import java.io.Serializable;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * One field of an event: where it stands in the JSON, what it holds, and what its absence means.
 *
 * @param name the column name
 * @param path the keys from the top of the event (or of the record) to the value
 * @param required absent or null is the dead-letter code {@code missing_field}
 * @param defaultValue what an absent or null value becomes; null keeps it null
 * @param timeFormat only for {@link FieldType#TIMESTAMP}
 * @param precision for {@link FieldType#DECIMAL} the digits in all; for {@link FieldType#TIMESTAMP}
 *     the digits after the second that a column keeps, see {@link #digits()}
 * @param scale digits after the point, only for {@link FieldType#DECIMAL}
 * @param items the element, only for {@link FieldType#ARRAY}
 * @param fields the element's own fields, only for {@link FieldType#RECORD}
 * @param lowCardinality few distinct values: stored with a dictionary where the sink can
 * @param storedAsJson only for {@link FieldType#JSON}: accepts JSON objects alone, and its column
 *     can be queried by path; else the column holds the text
 */
public record FieldDefinition(
    String name,
    List<String> path,
    FieldType type,
    boolean required,
    @Nullable Object defaultValue,
    @Nullable TimeFormat timeFormat,
    int precision,
    int scale,
    @Nullable FieldDefinition items,
    List<FieldDefinition> fields,
    boolean lowCardinality,
    boolean storedAsJson)
    implements Serializable {

  /** Digits of a timestamp that declares no others, as those have that Millrace adds. */
  private static final int MILLISECONDS = 3;

  /** A field that is not stored as JSON. */
  public FieldDefinition(
      String name,
      List<String> path,
      FieldType type,
      boolean required,
      @Nullable Object defaultValue,
      @Nullable TimeFormat timeFormat,
      int precision,
      int scale,
      @Nullable FieldDefinition items,
      List<FieldDefinition> fields,
      boolean lowCardinality) {
    this(
        name,
        path,
        type,
        required,
        defaultValue,
        timeFormat,
        precision,
        scale,
        items,
        fields,
        lowCardinality,
        false);
  }

  /** Whether a row may hold null here. */
  public boolean nullable() {
    return !required && defaultValue == null && type != FieldType.MAP && type != FieldType.ARRAY;
  }

  /** How many digits after the second the column of a timestamp keeps: 3, 6 or 9. */
  public int digits() {
    return precision == 0 ? MILLISECONDS : precision;
  }

  /** Whether times can be sent with more digits than the column keeps. */
  public boolean hasExtraDigits() {
    return type == FieldType.TIMESTAMP && timeFormat != null && digits() < timeFormat.digits();
  }

  /** The path as it is written in a contract: {@code metadata.user_id}. */
  public String dottedPath() {
    return String.join(".", path);
  }
}
