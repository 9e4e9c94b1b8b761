package io.millrace.lookup;

import io.millrace.contract.FieldDefinition;
import io.millrace.decode.TimeConversion;
import io.millrace.event.Utf8Slice;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Reads the texts of one column as rows hold them. */
public record ColumnReader(FieldDefinition column) {
  /**
   * Reads a value.
   *
   * @param place where the value is, for messages
   * @throws LookupException if the column cannot hold it
   */
  public Object read(String text, String place) throws LookupException {
    Object value;
    try {
      value = parsed(text);
    } catch (NumberFormatException | ArithmeticException | DateTimeParseException e) {
      value = null;
    }
    if (value == null) {
      throw new LookupException(
          "%s: the value for `%s` is no %s"
              .formatted(place, column.name(), column.type().contractName()));
    }
    return value;
  }

  private @Nullable Object parsed(String text) {
    return switch (column.type()) {
      case STRING, TEXT -> {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        yield new Utf8Slice(bytes, 0, bytes.length);
      }
      case INT32 -> Integer.valueOf(text);
      case INT64 -> Long.valueOf(text);
      case UINT64 -> Long.parseUnsignedLong(text);
      case FLOAT32 -> {
        float number = Float.parseFloat(text);
        yield Float.isFinite(number) ? number : null;
      }
      case FLOAT64 -> {
        double number = Double.parseDouble(text);
        yield Double.isFinite(number) ? number : null;
      }
      case DECIMAL -> {
        BigDecimal number = new BigDecimal(text).setScale(column.scale());
        yield number.precision() > column.precision() ? null : number;
      }
      case BOOLEAN ->
          switch (text) {
            case "true", "1" -> Boolean.TRUE;
            case "false", "0" -> Boolean.FALSE;
            default -> null;
          };
      case TIMESTAMP -> {
        Instant time = Instant.parse(text);
        yield TimeConversion.isStorable(time, column.digits()) ? time : null;
      }
      case UUID, IPV4, IPV6, ENUM, JSON, MAP, ARRAY, RECORD -> null;
    };
  }
}
