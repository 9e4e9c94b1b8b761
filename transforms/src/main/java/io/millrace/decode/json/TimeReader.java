package io.millrace.decode.json;

import com.fasterxml.jackson.core.JsonToken;
import io.millrace.contract.TimeFormat;
import io.millrace.decode.Decimals;
import io.millrace.decode.DecodeException;
import io.millrace.decode.IsoTime;
import io.millrace.decode.NumberText;
import io.millrace.decode.TimeConversion;
import io.millrace.decode.TimeUnitHint;
import io.millrace.event.DeadLetterCode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Reads timestamps in each {@link TimeFormat}, with every digit. Nothing is rounded. */
final class TimeReader {
  private final JsonInput in;
  private final ScalarReader scalars;
  private final IsoTime iso = new IsoTime();
  private final Decimals decimals = new Decimals();

  TimeReader(JsonInput in, ScalarReader scalars) {
    this.in = in;
    this.scalars = scalars;
  }

  Instant read(FieldPlan field, JsonToken token) throws IOException, DecodeException {
    Instant time = field.timeFormat == TimeFormat.ISO8601 ? iso(field, token) : epoch(field, token);
    if (!TimeConversion.isStorable(time, field.precision)) {
      throw outOfRange(field, token, TimeUnitHint.of(field.timeFormat, time));
    }
    return time;
  }

  private Instant iso(FieldPlan field, JsonToken token) throws IOException, DecodeException {
    if (token != JsonToken.VALUE_STRING) {
      throw scalars.wrongType(field, "a string with an ISO-8601 time", token);
    }
    in.sliceValue(token);
    long seconds = iso.parse(in.bytes(), in.sliceFrom() + 1, in.sliceTo() - 1, field.lenient);
    if (!IsoTime.isTime(seconds)) {
      // Perhaps written with escapes
      byte[] text = in.text().getBytes(StandardCharsets.UTF_8);
      seconds = iso.parse(text, 0, text.length, field.lenient);
    }
    if (!IsoTime.isTime(seconds)) {
      throw scalars.fail(DeadLetterCode.INVALID_TIME, field, IsoTime.expectation(seconds));
    }
    return Instant.ofEpochSecond(seconds, iso.nanos());
  }

  private Instant epoch(FieldPlan field, JsonToken token) throws IOException, DecodeException {
    if (field.timeFormat == TimeFormat.EPOCH_S && token == JsonToken.VALUE_NUMBER_FLOAT) {
      return decimalSeconds(field, token, in.numberText());
    }
    if (field.lenient
        && field.timeFormat == TimeFormat.EPOCH_S
        && token == JsonToken.VALUE_STRING) {
      String text = in.text();
      if (NumberText.isNumber(text) && !NumberText.isInteger(text)) {
        return decimalSeconds(field, token, text);
      }
    }
    String expected = TimeConversion.expectedCount(field.timeFormat);
    long count;
    try {
      count = scalars.int64(field, token, expected);
    } catch (DecodeException e) {
      throw e.code() == DeadLetterCode.NUMBER_OVERFLOW ? outOfRange(field, token, "") : e;
    }
    if (field.timeFormat == TimeFormat.EPOCH_S
        && (count > TimeConversion.MOST_SECONDS || count < -TimeConversion.MOST_SECONDS)) {
      throw outOfRange(field, token, TimeUnitHint.of(count));
    }
    return TimeConversion.ofEpoch(count, field.timeFormat);
  }

  private Instant decimalSeconds(FieldPlan field, JsonToken token, String text)
      throws IOException, DecodeException {
    BigDecimal seconds =
        decimals.read(text, TimeConversion.SECONDS_DIGITS, TimeConversion.NANOS_DIGITS);
    if (seconds != null) {
      return TimeConversion.ofSeconds(seconds);
    }
    throw decimals.problem() == Decimals.Problem.TOO_MANY_WHOLE_DIGITS
        ? outOfRange(field, token, "")
        : scalars.number(
            DeadLetterCode.INVALID_TIME,
            field,
            "expected at most " + TimeConversion.NANOS_DIGITS + " digits after the point");
  }

  private DecodeException outOfRange(FieldPlan field, JsonToken token, String hint)
      throws IOException {
    String message = TimeConversion.storable(field.precision) + hint;
    return token.isNumeric()
        ? scalars.number(DeadLetterCode.TIME_OUT_OF_RANGE, field, message)
        : scalars.fail(DeadLetterCode.TIME_OUT_OF_RANGE, field, message);
  }
}
