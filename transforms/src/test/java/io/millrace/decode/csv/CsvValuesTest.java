package io.millrace.decode.csv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.DecodeException;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The values of cells by the types of their fields: what JSON takes, CSV takes, and no more. */
class CsvValuesTest {
  private static final String TYPES =
      """
      contract: c
      version: 1
      format: %s
      fields:
        at: {type: timestamp, format: epoch_s, required: true}
        i32: {type: int32}
        i64: {type: int64}
        f: {type: float64}
        d: {type: decimal, precision: 6, scale: 2}
        b: {type: boolean}
        u: {type: uuid}
        u64: {type: uint64}
        f32: {type: float32}
        v4: {type: ipv4}
        v6: {type: ipv6}
        e: {type: enum, values: [on-line, down]}
        t: {type: text}
        iso: {type: timestamp}
        s: {type: timestamp, format: epoch_s}
        ms: {type: timestamp, format: epoch_ms}
        us: {type: timestamp, format: epoch_us}
        ns: {type: timestamp, format: epoch_ns}
        local: {type: timestamp, lenient: true}
        bit: {type: boolean, lenient: true}
      event_time: {field: at}
      identity: [at]
      unknown_fields: {column: extra, as: json}
      tables: {normal: {name: t}}
      """;

  private static final RecordDecoder CSV = decoder("{type: csv, header: true}");
  private static final RecordDecoder JSON = decoder("json");

  private static RecordDecoder decoder(String format) {
    Contract contract = ContractLoader.parse(TYPES.formatted(format), "c.yaml");
    return RecordDecoder.compile(contract, () -> 0);
  }

  /** The value of a field, or the code and message of its dead letter. */
  private static String decoded(RecordDecoder decoder, String field, String text) {
    String[] found = new String[1];
    RecordDecoder.Receiver receiver =
        new RecordDecoder.Receiver() {
          @Override
          public void event(Event event) {
            Object value = event.row().getValue(field);
            found[0] = String.valueOf(value);
          }

          @Override
          public void dead(DecodeException reason, SourceRecord element) {
            found[0] = reason.code().label() + " " + reason.getMessage();
          }
        };
    try {
      decoder.decode(CsvDecoding.record(text.getBytes(StandardCharsets.UTF_8)), receiver);
    } catch (DecodeException e) {
      return e.code().label() + " " + e.getMessage();
    }
    return found[0];
  }

  private static String csv(String field, String cell) {
    return decoded(CSV, field, "at," + field + "\n1," + cell);
  }

  private static String json(String field, String value) {
    return decoded(JSON, field, "{\"at\":1,\"" + field + "\":" + value + "}");
  }

  @ParameterizedTest
  @CsvSource({
    "i32, 2147483647, 2147483647",
    "local, 2026-03-01 10:00:00, 2026-03-01T10:00:00Z",
    "local, 2026-03-01T10:00:00+01:00, 2026-03-01T09:00:00Z",
    "local, 2026-03-32 10:00:00, invalid_time local: expected a day that exists in the calendar",
    "bit, 1, true",
    "bit, 0, false",
    "bit, true, true",
    "bit, 2, wrong_type bit: expected true or false",
    "i32, -0, 0",
    "i32, 2147483648, number_overflow i32: expected an integer of 32 bits",
    "i64, 9223372036854775807, 9223372036854775807",
    "i64, -9223372036854775808, -9223372036854775808",
    "i64, 9223372036854775808, number_overflow i64: expected an integer of 64 bits",
    "i64, 100000000000000000000000, number_overflow i64: expected an integer of 64 bits",
    "i64, 1.0, wrong_type i64: expected an integer of 64 bits",
    "i64, +1, wrong_type i64: expected an integer of 64 bits",
    "i64, 01, wrong_type i64: expected an integer of 64 bits",
    "i64, -, wrong_type i64: expected an integer of 64 bits",
    "i64, ' 1', wrong_type i64: expected an integer of 64 bits",
    "i64, '1 ', wrong_type i64: expected an integer of 64 bits",
    "i64, 0x1, wrong_type i64: expected an integer of 64 bits",
    "i64, '\"\"', wrong_type i64: expected an integer of 64 bits",
    "i64, '\"12\"', 12",
    "f, -0, -0.0",
    "f, 1e3, 1000.0",
    "f, 1E-3, 0.001",
    "f, 1e400, number_overflow f: expected a number of 64 bits",
    "f, .5, wrong_type f: expected a number",
    "f, 5., wrong_type f: expected a number",
    "f, 1e, wrong_type f: expected a number",
    "f, 1f, wrong_type f: expected a number",
    "f, NaN, not_a_number f: expected a number that is finite",
    "f, -inf, not_a_number f: expected a number that is finite",
    "d, 1234.5, 1234.50",
    "d, 1.505, number_overflow d: more than 2 digits after the point",
    "d, 10000, number_overflow d: more than 4 digits before the point",
    "d, x, wrong_type d: expected a number",
    "b, true, true",
    "b, false, false",
    "b, True, wrong_type b: expected true or false",
    "b, 1, wrong_type b: expected true or false",
    "u, 123E4567-e89b-12d3-a456-426614174000, 123e4567-e89b-12d3-a456-426614174000",
    "u64, 18446744073709551615, -1",
    "u64, 9223372036854775808, -9223372036854775808",
    "u64, -0, 0",
    "u64, 18446744073709551616, number_overflow u64: expected an unsigned integer of 64 bits",
    "u64, -1, number_overflow u64: expected an unsigned integer of 64 bits",
    "u64, 1.0, wrong_type u64: expected an unsigned integer of 64 bits",
    "f32, 0.1, 0.1",
    "f32, 1e-45, 1.4E-45",
    "f32, 16777217, 1.6777216E7",
    "f32, 3.5e38, number_overflow f32: expected a number of 32 bits",
    "f32, nan, not_a_number f32: expected a number that is finite",
    "f32, 1f, wrong_type f32: expected a number",
    "v4, 255.255.255.255, 255.255.255.255",
    "v4, 1.2.3.04, 'wrong_type v4: expected an IPv4 address of four numbers without leading zeros,"
        + " such as 192.0.2.1'",
    "v6, 2001:DB8:0:0::1, 2001:db8::1",
    "v6, 192.0.2.1, ::ffff:192.0.2.1",
    "v6, fe80::1%eth0, 'wrong_type v6: expected an IPv6 address such as 2001:db8::1, or an IPv4"
        + " address'",
    "e, on-line, on-line",
    "e, On-line, 'unknown_value e: expected a value of the enum: on-line, down'",
    "t, ' x ', ' x '",
    "iso, 2026-03-01T10:00:00.123456789+02:00, 2026-03-01T08:00:00.123456789Z",
    "iso, 2026-02-30T10:00:00Z, invalid_time iso: expected a day that exists in the calendar",
    "s, 1772359200.25, 2026-03-01T10:00:00.250Z",
    "s, -0.5, 1969-12-31T23:59:59.500Z",
    "s, 1.1234567891, invalid_time s: expected at most 9 digits after the point",
    "ms, 1772359200123, 2026-03-01T10:00:00.123Z",
    "ms, 1.5, wrong_type ms: expected an integer of milliseconds since 1970",
    "us, 1772359200123456, 2026-03-01T10:00:00.123456Z",
    "ns, 1772359200123456789, 2026-03-01T10:00:00.123456789Z",
  })
  void aCellIsReadByItsType(String field, String cell, String expected) {
    assertEquals(expected, csv(field, cell));
  }

  @Test
  void theMessageOfATimeSuggestsItsUnit() {
    assertEquals(
        "time_out_of_range s: expected a time from the years 1900 to 2262, which precision: 9"
            + " holds; is epoch_ms read as epoch_s? (see the field's `format` in the contract)",
        csv("s", "1772359200123"));
    assertTrue(csv("ns", "99999999999999999999").startsWith("time_out_of_range ns: expected"));
  }

  /** Both formats agree on what a number, a time and a UUID is, for texts that are nearly one. */
  @Test
  void aCellHoldsWhatJsonHolds() {
    Random random = new Random(4);
    String chars = "0123456789.-+eE";
    List<String> numbers = List.of("i32", "i64", "f", "d", "s", "ms", "us", "ns");
    List<String> starts =
        List.of("", "-", "0", "1772359200", "9223372036854775807", "1e3", "12.5", "2147483647");
    int valid = 0;
    for (int i = 0; i < 40_000; i++) {
      StringBuilder text = new StringBuilder(starts.get(random.nextInt(starts.size())));
      for (int n = random.nextInt(5); n > 0; n--) {
        text.insert(
            random.nextInt(text.length() + 1), chars.charAt(random.nextInt(chars.length())));
      }
      String cell = text.isEmpty() ? "0" : text.toString();
      String field = numbers.get(random.nextInt(numbers.size()));
      String json = json(field, cell);
      String csv = csv(field, cell);
      if (json.indexOf(' ') < 0) {
        valid++;
        assertEquals(json, csv, field + " " + cell);
      } else {
        // The parser of JSON may only look at the beginning of what is no number.
        boolean same = csv.equals(json) || csv.startsWith("wrong_type ");
        assertTrue(same, field + " " + cell + ": " + json + ", but " + csv);
      }
    }
    assertTrue(valid > 5_000, valid + " valid");
    String[] others = {"iso", "u"};
    String[] texts = {"2026-03-01T10:00:00.123Z", "123e4567-e89b-12d3-a456-426614174000"};
    for (int i = 0; i < 20_000; i++) {
      int which = i & 1;
      StringBuilder text = new StringBuilder(texts[which]);
      for (int n = random.nextInt(2); n >= 0; n--) {
        text.setCharAt(random.nextInt(text.length()), "09af:-TZ+. G".charAt(random.nextInt(12)));
      }
      assertEquals(json(others[which], "\"" + text + "\""), csv(others[which], text.toString()));
    }
  }
}
