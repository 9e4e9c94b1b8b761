package io.millrace.cli.init.guess;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.millrace.cli.init.layout.JsonText;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuessTypeTest {
  private static String guess(String name, String values, boolean csv) {
    ValueProfile profile = new ValueProfile();
    JsonText.container(("[" + values + "]").getBytes(StandardCharsets.UTF_8)).forEach(profile::add);
    TypeGuess guess = new GuessType(csv).of(name, profile);
    return guess.type().contractName()
        + guess.options()
        + (guess.note().isEmpty() ? "" : " # " + guess.note());
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          n        | 1, -2                           | int64
          n        | 0, 9223372036854775807          | int64
          n        | 1, 9223372036854775808          | uint64
          n        | 18446744073709551616            | text # integers beyond 64 bits: kept as text
          n        | -1, 9223372036854775808         | text # integers beyond 64 bits: kept as text
          n        | 1, 2.5                          | float64
          n        | 1.0                             | float64
          n        | 1e3                             | float64
          flag     | true, null, false               | boolean
          s        | "a", "b"                        | string
          s        | "", "7"                         | string
          s        | "007"                           | string
          s        | "+1"                            | string
          s        | "1", 2                          | int64, lenient: true # numbers in texts
          s        | "1", "2.5"                      | float64, lenient: true # numbers in texts
          user_id  | "41", "42"                      | string
          zip_code | "41", "42"                      | string # digits, kept as text
          s        | "a", 1                          | text # texts, numbers or booleans: kept as text
          s        | true, 1                         | text # texts, numbers or booleans: kept as text
          s        | "a", {}                         | text # objects, arrays or scalars: kept as text
          id       | "123e4567-e89b-12d3-a456-426614174000" | uuid
          id       | "123e4567-e89b-12d3-a456-426614174000", "x" | string
          at       | "2026-03-01T10:00:00Z"          | timestamp, format: iso8601
          at       | "2026-03-01T10:00:00.1234+02:00" | timestamp, format: iso8601
          at       | "2026-03-01T10:00:00.123456789Z" | timestamp, format: iso8601
          note     | "2026-03-01 10:00:00"           | timestamp, format: iso8601, \
          lenient: true # a time without offset is read as UTC
          at       | "2026-03-01"                    | string
          at       | "0001-01-01T00:00:00Z"          | string
          at       | "yesterday", "2026-03-01T10:00:00Z" | string
          ts       | 1772359200, 1772359201.25       | timestamp, format: epoch_s
          ts       | 1772359200123                   | timestamp, format: epoch_ms
          ts       | 1772359200123.5                 | float64
          ts       | 1772359200123456                | timestamp, format: epoch_us
          ts       | 1772359200123456789             | timestamp, format: epoch_ns
          ts       | "1772359200.123"                | timestamp, format: epoch_s, lenient: true # numbers in texts
          ts       | 5, 1772359200                   | int64
          bytes    | 1772359200                      | int64
          ip       | "10.0.0.1"                      | string
          a        | []                              | json
          a        | ["x"], []                       | array, items: {type: string}
          a        | [1], [2.5]                      | array, items: {type: float64}
          a        | [1, "x"]                        | array, items: {type: text}
          a        | [1, null]                       | json
          a        | [[1]]                           | json
          a        | [{"k": 1, "no": "x"}]           | array, items: {type: record, fields: {k: {type: int64}, "no": {type: string}}}
          a        | [{"k": {"deep": 1}}]            | json
          o        | {}                              | json
          """)
  void json(String name, String values, String expected) {
    assertThat(guess(name, values, false), is(expected));
  }

  /** In CSV a number has no quotes, so that none is lenient. */
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          n    | 1, 2                  | int64
          n    | 1, "x"                | string # numbers and other texts
          n    | true, "x"             | string # numbers and other texts
          at   | "2026-03-01T10:00:00" | timestamp, format: iso8601, lenient: true # a time without offset is read as UTC
          time | 1772359200            | timestamp, format: epoch_s
          """)
  void csv(String name, String values, String expected) {
    assertThat(guess(name, values, true), is(expected));
  }

  @ParameterizedTest(name = "{0} addresses in {1}")
  @CsvSource({
    "10, remote_addr, 192.0.2.1, ipv4",
    "10, clientIP, 2001:db8::1, ipv6",
    "9, remote_addr, 192.0.2.1, string",
    "10, version, 192.0.2.1, 'string, low_cardinality: true'",
  })
  void addresses(int count, String name, String address, String expected) {
    assertThat(
        guess(name, ("\"" + address + "\", ").repeat(count - 1) + "\"" + address + "\"", false),
        is(expected));
  }

  @ParameterizedTest(name = "{0} different of {1}")
  @CsvSource({
    "3, 12, level, 'string, low_cardinality: true'",
    "4, 12, level, string",
    "2, 9, level, string",
    "3, 12, user_id, string",
  })
  void lowCardinality(int different, int count, String name, String expected) {
    StringBuilder values = new StringBuilder();
    for (int i = 0; i < count; i++) {
      values.append(i == 0 ? "" : ", ").append("\"v-").append(i % different).append('"');
    }
    assertThat(guess(name, values.toString(), false), is(expected));
  }

  /** Topics hold a few values that are not as they should be. */
  @ParameterizedTest(name = "{0}: {1} and {3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          n  | 7                      | 49 | "x"  | int64 # another type in 1 of 50 values
          n  | 7                      | 49 | {}   | int64 # another type in 1 of 50 values
          n  | 7.5                    | 49 | "7"  | float64, lenient: true # numbers in texts
          ts | "2026-03-01T10:00:00Z" | 49 | "x"  | timestamp, format: iso8601 # another type in 1 of 50 values
          ts | 1772359200             | 49 | 0    | timestamp, format: epoch_s
          ts | 1772359200             | 49 | "x"  | timestamp, format: epoch_s # another type in 1 of 50 values
          n  | 7                      | 48 | "x"  | text # texts, numbers or booleans: kept as text
          s  | "a"                    | 49 | 1    | text # texts, numbers or booleans: kept as text
          """)
  void outliers(String name, String usual, int count, String other, String expected) {
    assertThat(guess(name, (usual + ", ").repeat(count) + other, false), is(expected));
  }
}
