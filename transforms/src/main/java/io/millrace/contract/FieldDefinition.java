package io.millrace.contract;

import java.io.Serializable;
import java.math.BigInteger;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * One field of an event: its path in the JSON, its type and its default.
 *
 * @param name the column name
 * @param path the keys from the top of the event (or of the record) to the value
 * @param required if true, an absent or null value makes the event a dead letter ({@code
 *     missing_field})
 * @param defaultValue the value of an absent or null field; null: the field stays null
 * @param timeFormat only for {@link FieldType#TIMESTAMP}
 * @param precision for {@link FieldType#DECIMAL} the total digits; for {@link FieldType#TIMESTAMP}
 *     the fractional digits of the column, see {@link #digits()}
 * @param scale fractional digits, only for {@link FieldType#DECIMAL}
 * @param items the element, for {@link FieldType#ARRAY}; the value, for {@link FieldType#MAP}, or
 *     null if a map holds texts
 * @param fields the fields of the element, only for {@link FieldType#RECORD}
 * @param lowCardinality few distinct values; the sink uses a dictionary if it has one
 * @param storedAsJson only for {@link FieldType#JSON}: the field accepts only JSON objects, and
 *     queries can read its column by path; otherwise the column holds the text
 * @param above 0 for a value of the event itself; else how many levels above the event the object
 *     is that the path begins in, for a record that holds many events
 * @param lenient whether the field also accepts other ways to write a value of its type: a number
 *     in a string, 0 and 1 for a boolean, a time without offset
 * @param nullIfInvalid whether a value that the field does not accept counts as absent, and is kept
 *     among the unknown fields, instead of making the event a dead letter; never with {@code
 *     required}, and never for a field of the identity
 * @param values the accepted values, only for {@link FieldType#ENUM}
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
    boolean storedAsJson,
    int above,
    boolean lenient,
    boolean nullIfInvalid,
    @Nullable EnumValues values)
    implements Serializable {

  /** Fractional digits of a timestamp without a declared precision. */
  private static final int MILLISECONDS = 3;

  /** A column that is not read from an event. */
  public static FieldDefinition column(String name, FieldType type, boolean required) {
    return column(name, type, required, null);
  }

  static FieldDefinition column(
      String name, FieldType type, boolean required, @Nullable Object defaultValue) {
    return new FieldDefinition(
        name,
        List.of(),
        type,
        required,
        defaultValue,
        null,
        0,
        0,
        null,
        List.of(),
        false,
        false,
        0,
        false,
        false,
        null);
  }

  /**
   * A column that events get after they were decoded.
   *
   * @param required whether the column never holds null
   * @param precision see {@link #precision}
   * @param items see {@link #items}
   */
  public static FieldDefinition added(
      String name,
      FieldType type,
      boolean required,
      int precision,
      int scale,
      @Nullable FieldDefinition items,
      boolean lowCardinality) {
    return new FieldDefinition(
        name,
        List.of(),
        type,
        required,
        null,
        null,
        precision,
        scale,
        items,
        List.of(),
        lowCardinality,
        false,
        0,
        false,
        false,
        null);
  }

  /** A decimal column that is not read from an event and never null. */
  static FieldDefinition decimalColumn(String name, int precision, int scale) {
    FieldType type = FieldType.DECIMAL;
    return new FieldDefinition(
        name, List.of(), type, true, null, null, precision, scale, null, List.of(), false, false, 0,
        false, false, null);
  }

  /** A column with another name that holds the values of this field. */
  FieldDefinition asColumn(String column, boolean columnRequired) {
    boolean dictionary = columnRequired && lowCardinality;
    return new FieldDefinition(
        column,
        List.of(),
        type,
        columnRequired,
        null,
        timeFormat,
        precision,
        scale,
        null,
        List.of(),
        dictionary,
        false,
        0,
        false,
        false,
        values);
  }

  /**
   * A required copy without default, for the elements of an array and the values of a map, which
   * hold no nulls.
   */
  public FieldDefinition asElement() {
    return new FieldDefinition(
        name,
        path,
        type,
        true,
        null,
        timeFormat,
        precision,
        scale,
        items,
        fields,
        false,
        false,
        0,
        lenient,
        false,
        values);
  }

  /** A text as rows hold it in this field, in canonical form; null: no row holds it. */
  public @Nullable String held(String text) {
    return switch (type) {
      case IPV4 -> IpText.ipv4(text);
      case IPV6 -> IpText.ipv6(text);
      case ENUM -> enumValues().contains(text) ? text : null;
      default -> text;
    };
  }

  /** The default as a contract shows it; null: there is none. */
  public @Nullable Object shownDefault() {
    return type == FieldType.UINT64 && defaultValue instanceof Long bits
        ? new BigInteger(Long.toUnsignedString(bits))
        : defaultValue;
  }

  /** Whether a row may hold null in this field. */
  public boolean nullable() {
    return !required && defaultValue == null && type != FieldType.MAP && type != FieldType.ARRAY;
  }

  /** The values of an enum. */
  public EnumValues enumValues() {
    EnumValues declared = values;
    if (declared == null) {
      throw new IllegalStateException(name + " is no enum");
    }
    return declared;
  }

  /** The fractional digits of a timestamp's column: 3, 6 or 9. */
  public int digits() {
    return precision == 0 ? MILLISECONDS : precision;
  }

  /** Whether the time format allows more digits than the column keeps. */
  public boolean hasExtraDigits() {
    return type == FieldType.TIMESTAMP && timeFormat != null && digits() < timeFormat.digits();
  }

  /** The path as in a contract: {@code metadata.user_id}, or {@code $.host} above the event. */
  public String dottedPath() {
    return (above == 0 ? "" : "$.") + String.join(".", path);
  }
}
