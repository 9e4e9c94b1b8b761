package io.millrace.decode;

import com.fasterxml.jackson.core.JsonToken;
import io.millrace.contract.TimeFormat;
import io.millrace.event.DeadLetterCode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import org.joda.time.Instant;

/** Reads timestamps in each {@link TimeFormat}, to the millisecond, rounded towards the past. */
final class TimeReader {
  // What every table's time column holds (ClickHouse's DateTime64)
  private static final long EARLIEST =
      java.time.Instant.parse("1900-01-01T00:00:00Z").toEpochMilli();
  private static final long LATEST =
      java.time.Instant.parse("2299-12-31T23:59:59.999Z").toEpochMilli();

  private static final int SECONDS_WHOLE_DIGITS = 12;
  private static final int SECONDS_FRACTION_DIGITS = 26;

  private final JsonInput in;
  private final ScalarReader scalars;
  private final Decimals decimals = new Decimals();

  TimeReader(JsonInput in, ScalarReader scalars) {
    this.in = in;
    this.scalars = scalars;
  }

  Instant read(FieldNode field, JsonToken token) throws IOException, DecodeException {
    long millis = field.timeFormat == TimeFormat.ISO8601 ? iso(field, token) : epoch(field, token);
    if (millis < EARLIEST || millis > LATEST) {
      throw outOfRange(field, token);
    }
    return Instant.ofEpochMilli(millis);
  }

  private long iso(FieldNode field, JsonToken token) throws IOException, DecodeException {
    if (token != JsonToken.VALUE_STRING) {
      throw scalars.wrongType(field, "a string with an ISO-8601 time", token);
    }
    in.sliceValue(token);
    long millis = IsoTime.parse(in.bytes(), in.sliceFrom() + 1, in.sliceTo() - 1);
    if (!IsoTime.isTime(millis)) {
      // Perhaps written with escapes
      byte[] text = in.text().getBytes(StandardCharsets.UTF_8);
      millis = IsoTime.parse(text, 0, text.length);
    }
    if (!IsoTime.isTime(millis)) {
      throw scalars.fail(DeadLetterCode.INVALID_TIME, field, IsoTime.expectation(millis));
    }
    return millis;
  }

  private long epoch(FieldNode field, JsonToken token) throws IOException, DecodeException {
    if (field.timeFormat == TimeFormat.EPOCH_S && token == JsonToken.VALUE_NUMBER_FLOAT) {
      return decimalSeconds(field, token);
    }
    String expected =
        switch (field.timeFormat) {
          case EPOCH_S -> "a number of seconds since 1970";
          case EPOCH_MS -> "an integer of milliseconds since 1970";
          case EPOCH_US -> "an integer of microseconds since 1970";
          default -> "an integer of nanoseconds since 1970";
        };
    if (token != JsonToken.VALUE_NUMBER_INT) {
      throw scalars.wrongType(field, expected, token);
    }
    long count;
    try {
      count = scalars.int64(field, token, expected);
    } catch (DecodeException e) {
      throw e.code() == DeadLetterCode.NUMBER_OVERFLOW ? outOfRange(field, token) : e;
    }
    return switch (field.timeFormat) {
      // Beyond this it is out of range in any case
      case EPOCH_S -> Math.max(-1L << 40, Math.min(1L << 40, count)) * 1000;
      case EPOCH_MS -> count;
      case EPOCH_US -> Math.floorDiv(count, 1000L);
      default -> Math.floorDiv(count, 1_000_000L);
    };
  }

  private long decimalSeconds(FieldNode field, JsonToken token)
      throws IOException, DecodeException {
    BigDecimal seconds =
        decimals.read(
            in.numberText(),
            SECONDS_WHOLE_DIGITS + SECONDS_FRACTION_DIGITS,
            SECONDS_FRACTION_DIGITS);
    if (seconds != null) {
      return seconds.movePointRight(3).setScale(0, RoundingMode.FLOOR).longValueExact();
    }
    throw decimals.problem() == Decimals.Problem.TOO_MANY_WHOLE_DIGITS
        ? outOfRange(field, token)
        : scalars.number(
            DeadLetterCode.INVALID_TIME,
            field,
            "expected at most " + SECONDS_FRACTION_DIGITS + " digits after the point");
  }

  private DecodeException outOfRange(FieldNode field, JsonToken token) throws IOException {
    String message = "expected a time from the years 1900 to 2299";
    return token.isNumeric()
        ? scalars.number(DeadLetterCode.TIME_OUT_OF_RANGE, field, message)
        : scalars.fail(DeadLetterCode.TIME_OUT_OF_RANGE, field, message);
  }
}
