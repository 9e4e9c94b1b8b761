package io.millrace.decode.influx;

import io.millrace.contract.TimeFormat;
import io.millrace.decode.Decimals;
import io.millrace.decode.DecodeException;
import io.millrace.decode.IsoTime;
import io.millrace.decode.TimeConversion;
import io.millrace.decode.TimeUnitHint;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.RowBuffer;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Reads times from timestamps, tags and fields, with every digit. Not thread-safe. */
final class TimeReader {
  private static final int SECONDS_WHOLE_DIGITS = 12;

  private final IsoTime iso = new IsoTime();
  private final Decimals decimals = new Decimals();

  /** The time of a pair's value, in the format of its field. */
  Instant read(Target field, Pairs pairs, int i) throws DecodeException {
    byte[] bytes = pairs.valueBytes(i);
    int from = pairs.valueFrom(i);
    int to = pairs.valueTo(i);
    ValueKind kind = pairs.kind(i);
    TimeFormat format = field.timeFormat();
    if (format == TimeFormat.ISO8601) {
      if (kind != ValueKind.STRING) {
        throw ValueReader.wrongType(field, "a string with an ISO-8601 time", kind);
      }
      return storable(field, format, iso(field, bytes, from, to));
    }
    if (kind.isInteger()) {
      return epoch(field, format, bytes, from, to);
    } else if (kind == ValueKind.FLOAT && format == TimeFormat.EPOCH_S) {
      return storable(field, format, decimalSeconds(field, bytes, from, to));
    }
    throw ValueReader.wrongType(
        field, "an integer (with the suffix i or u) in " + format.contractName(), kind);
  }

  /** The time of the timestamp of a point, or of its record if it has none. */
  Instant read(Target field, TimeFormat unit, Point point, long recordTimeMillis)
      throws DecodeException {
    if (point.hasTime()) {
      return epoch(field, unit, point.line, point.timeFrom, point.timeTo);
    }
    Instant time = Instant.ofEpochMilli(recordTimeMillis);
    if (!TimeConversion.isStorable(time, field.precision())) {
      throw ValueReader.fail(
          DeadLetterCode.TIME_OUT_OF_RANGE,
          field,
          "the point has no timestamp, and of its record's time: "
              + TimeConversion.storable(field.precision()));
    }
    return time;
  }

  private Instant iso(Target field, byte[] bytes, int from, int to) throws DecodeException {
    long seconds = iso.parse(bytes, from, to);
    if (!IsoTime.isTime(seconds)) {
      throw ValueReader.fail(DeadLetterCode.INVALID_TIME, field, IsoTime.expectation(seconds));
    }
    return Instant.ofEpochSecond(seconds, iso.nanos());
  }

  private static Instant epoch(Target field, TimeFormat unit, byte[] bytes, int from, int to)
      throws DecodeException {
    if (!IntegerText.fitsSigned(bytes, from, to)) {
      throw outOfRange(field, "");
    }
    long count = IntegerText.parse(bytes, from, to);
    if (unit == TimeFormat.EPOCH_S
        && (count > TimeConversion.MOST_SECONDS || count < -TimeConversion.MOST_SECONDS)) {
      throw outOfRange(field, TimeUnitHint.of(count));
    }
    return storable(field, unit, TimeConversion.ofEpoch(count, unit));
  }

  private Instant decimalSeconds(Target field, byte[] bytes, int from, int to)
      throws DecodeException {
    RowBuffer json = new RowBuffer(to - from + 1);
    PointNumbers.writeJson(bytes, from, to, json);
    BigDecimal seconds =
        decimals.read(
            new String(json.toByteArray(), StandardCharsets.US_ASCII),
            SECONDS_WHOLE_DIGITS + TimeConversion.NANOS_DIGITS,
            TimeConversion.NANOS_DIGITS);
    if (seconds != null) {
      BigDecimal whole = seconds.setScale(0, RoundingMode.FLOOR);
      return Instant.ofEpochSecond(
          whole.longValueExact(), seconds.subtract(whole).unscaledValue().longValueExact());
    }
    throw decimals.problem() == Decimals.Problem.TOO_MANY_WHOLE_DIGITS
        ? outOfRange(field, "")
        : ValueReader.fail(
            DeadLetterCode.INVALID_TIME,
            field,
            "expected at most " + TimeConversion.NANOS_DIGITS + " digits after the point");
  }

  private static Instant storable(Target field, TimeFormat format, Instant time)
      throws DecodeException {
    if (!TimeConversion.isStorable(time, field.precision())) {
      throw outOfRange(field, TimeUnitHint.of(format, time));
    }
    return time;
  }

  private static DecodeException outOfRange(Target field, String hint) {
    return ValueReader.fail(
        DeadLetterCode.TIME_OUT_OF_RANGE, field, TimeConversion.storable(field.precision()) + hint);
  }
}
