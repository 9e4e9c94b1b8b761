package io.millrace.decode;

import com.fasterxml.jackson.core.JsonToken;
import io.millrace.contract.TimeFormat;
import io.millrace.event.DeadLetterCode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Reads timestamps in each {@link TimeFormat}, with every digit. Nothing is rounded. */
final class TimeReader {
  // What every table's time column holds (ClickHouse's DateTime64)
  private static final Instant EARLIEST = Instant.parse("1900-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("2299-12-31T23:59:59.999999999Z");

  /** What 64 bits of nanoseconds hold, and so a column of nine digits after the second. */
  private static final Instant LATEST_OF_NANOS = Instant.parse("2262-04-11T23:47:16.854775807Z");

  private static final int NANOS_DIGITS = 9;
  private static final int SECONDS_WHOLE_DIGITS = 12;

  private static final long MILLI = 1_000L;
  private static final long MICRO = 1_000_000L;
  private static final long NANO = 1_000_000_000L;

  /** Of more seconds than these no instant is made: they are out of range in any case. */
  private static final long MOST_SECONDS = 1L << 40;

  private final JsonInput in;
  private final ScalarReader scalars;
  private final IsoTime iso = new IsoTime();
  private final Decimals decimals = new Decimals();

  TimeReader(JsonInput in, ScalarReader scalars) {
    this.in = in;
    this.scalars = scalars;
  }

  Instant read(FieldNode field, JsonToken token) throws IOException, DecodeException {
    Instant time = field.timeFormat == TimeFormat.ISO8601 ? iso(field, token) : epoch(field, token);
    Instant latest = field.precision == NANOS_DIGITS ? LATEST_OF_NANOS : LATEST;
    if (time.isBefore(EARLIEST) || time.isAfter(latest)) {
      throw outOfRange(field, token, TimeUnitHint.of(field.timeFormat, time));
    }
    return time;
  }

  private Instant iso(FieldNode field, JsonToken token) throws IOException, DecodeException {
    if (token != JsonToken.VALUE_STRING) {
      throw scalars.wrongType(field, "a string with an ISO-8601 time", token);
    }
    in.sliceValue(token);
    long seconds = iso.parse(in.bytes(), in.sliceFrom() + 1, in.sliceTo() - 1);
    if (!IsoTime.isTime(seconds)) {
      // Perhaps written with escapes
      byte[] text = in.text().getBytes(StandardCharsets.UTF_8);
      seconds = iso.parse(text, 0, text.length);
    }
    if (!IsoTime.isTime(seconds)) {
      throw scalars.fail(DeadLetterCode.INVALID_TIME, field, IsoTime.expectation(seconds));
    }
    return Instant.ofEpochSecond(seconds, iso.nanos());
  }

  private Instant epoch(FieldNode field, JsonToken token) throws IOException, DecodeException {
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
      throw e.code() == DeadLetterCode.NUMBER_OVERFLOW ? outOfRange(field, token, "") : e;
    }
    return switch (field.timeFormat) {
      case EPOCH_S -> seconds(field, token, count);
      case EPOCH_MS -> of(count, MILLI);
      case EPOCH_US -> of(count, MICRO);
      default -> of(count, NANO);
    };
  }

  private Instant seconds(FieldNode field, JsonToken token, long count)
      throws IOException, DecodeException {
    if (count > MOST_SECONDS || count < -MOST_SECONDS) {
      throw outOfRange(field, token, TimeUnitHint.of(count));
    }
    return Instant.ofEpochSecond(count);
  }

  private static Instant of(long count, long ofASecond) {
    long seconds = Math.floorDiv(count, ofASecond);
    return Instant.ofEpochSecond(seconds, (count - seconds * ofASecond) * (NANO / ofASecond));
  }

  private Instant decimalSeconds(FieldNode field, JsonToken token)
      throws IOException, DecodeException {
    BigDecimal seconds =
        decimals.read(in.numberText(), SECONDS_WHOLE_DIGITS + NANOS_DIGITS, NANOS_DIGITS);
    if (seconds != null) {
      BigDecimal whole = seconds.setScale(0, RoundingMode.FLOOR);
      return Instant.ofEpochSecond(
          whole.longValueExact(), seconds.subtract(whole).unscaledValue().longValueExact());
    }
    throw decimals.problem() == Decimals.Problem.TOO_MANY_WHOLE_DIGITS
        ? outOfRange(field, token, "")
        : scalars.number(
            DeadLetterCode.INVALID_TIME,
            field,
            "expected at most " + NANOS_DIGITS + " digits after the point");
  }

  private DecodeException outOfRange(FieldNode field, JsonToken token, String hint)
      throws IOException {
    String message =
        (field.precision == NANOS_DIGITS
                ? "expected a time from the years 1900 to 2262, which precision: 9 holds"
                : "expected a time from the years 1900 to 2299")
            + hint;
    return token.isNumeric()
        ? scalars.number(DeadLetterCode.TIME_OUT_OF_RANGE, field, message)
        : scalars.fail(DeadLetterCode.TIME_OUT_OF_RANGE, field, message);
  }
}
