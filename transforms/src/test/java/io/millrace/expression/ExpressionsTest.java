package io.millrace.expression;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.both;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import dev.cel.common.CelAbstractSyntaxTree;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.DecodeException;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.Event;
import io.millrace.event.RowValues;
import io.millrace.event.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpressionsTest {
  static final Contract CONTRACT =
      ContractLoader.parse(
          """
          contract: c
          version: 1
          fields:
            at: {type: timestamp, required: true}
            kind: {type: string, default: ""}
            type: {type: string}
            note: {type: text}
            small: {type: int32}
            big: {type: int64, default: 0}
            ratio: {type: float64}
            price: {type: decimal, precision: 9, scale: 2}
            flag: {type: boolean}
            bytes: {type: uint64}
            near: {type: float32}
            host: {type: ipv4}
            level: {type: enum, values: [low, high]}
            counts: {type: map, values: uint64}
            labels: {type: map}
            sizes: {type: array, items: {type: int64}}
            parts:
              type: array
              items: {type: record, fields: {name: {type: string}, n: {type: int32}}}
          event_time: {field: at}
          identity: [at]
          unknown_fields: {column: extra, as: json}
          tables: {normal: {name: t}}
          """,
          "c.yaml");

  private static final Expressions EXPRESSIONS = new Expressions(CONTRACT.fields());

  static RowValues row(String json) {
    String whole =
        "{\"at\": \"2026-03-01T10:00:00.5Z\"" + (json.isEmpty() ? "" : ", " + json) + "}";
    List<Event> events = new ArrayList<>();
    SourceRecord record =
        new SourceRecord("t", 0, 0, null, whole.getBytes(StandardCharsets.UTF_8), List.of(), 0, 0);
    try {
      RecordDecoder.compile(CONTRACT, () -> 0)
          .decode(
              record,
              new RecordDecoder.Receiver() {
                @Override
                public void event(Event event) {
                  events.add(event);
                }

                @Override
                public void dead(DecodeException reason, SourceRecord element) {
                  throw new AssertionError(reason);
                }
              });
    } catch (DecodeException e) {
      throw new AssertionError(whole, e);
    }
    return events.get(0).values();
  }

  private static String test(String expression, String json) {
    return name(EXPRESSIONS.condition(expression).test(row(json)));
  }

  private static String name(int result) {
    return switch (result) {
      case RowTest.TRUE -> "true";
      case RowTest.FALSE -> "false";
      default -> "failed";
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "kind == 'ping' ~ \"kind\": \"ping\" ~ true",
        "kind == 'ping' ~ \"kind\": \"pingpong\" ~ false",
        "kind == 'é' ~ \"kind\": \"\\u00e9\" ~ true",
        "kind != '' ~ ~ false",
        "type in ['a', 'b'] ~ \"type\": \"b\" ~ true",
        "type in ['a', 'b'] ~ ~ false",
        "type == null ~ ~ true",
        "type != null && small > 5 ~ \"small\": 6 ~ false",
        "small > 5 ~ ~ failed",
        "small > 5 || big == 0 ~ ~ true",
        "big < -1 ~ \"big\": -9223372036854775808 ~ true",
        "5 <= small ~ \"small\": 5 ~ true",
        "ratio >= 0.5 ~ \"ratio\": 0.5 ~ true",
        "price > 1.5 ~ \"price\": 1.51 ~ true",
        "flag ~ \"flag\": true ~ true",
        "flag || big == 0 ~ ~ true",
        "!flag ~ ~ failed",
        "note.startsWith('a') && !note.endsWith('a') ~ \"note\": \"ab\" ~ true",
        "note.contains('bc') ~ \"note\": \"abcd\" ~ true",
        "note.contains('bc') ~ ~ failed",
        "kind.matches('^p[io]ng$') ~ \"kind\": \"pong\" ~ true",
        "labels['env'] == 'dev' ~ \"labels\": {\"env\": \"dev\"} ~ true",
        "labels['env'] == 'dev' ~ ~ failed",
        "'env' in labels && labels['env'] == 'dev' ~ ~ false",
        "sizes.exists(s, s > 10) ~ \"sizes\": [1, 11] ~ true",
        "parts.all(p, p.n > 0) ~ \"parts\": [{\"name\": \"x\", \"n\": 1}] ~ true",
        "at < timestamp('2026-03-01T10:00:01Z') ~ ~ true",
        "at.getFullYear() == 2026 ~ ~ true",
        "size(kind) * 2 > 7 ~ \"kind\": \"ping\" ~ true",
        "small == 1 ? flag : kind == '' ~ \"small\": 2 ~ true",
        "bytes > 9223372036854775808u ~ \"bytes\": 18446744073709551615 ~ true",
        "near < 0.25 ~ \"near\": 0.2 ~ true",
        "host.startsWith('10.') ~ \"host\": \"10.0.0.1\" ~ true",
        "level == 'high' ~ \"level\": \"high\" ~ true",
        "counts['a'] == 18446744073709551615u ~ \"counts\": {\"a\": 18446744073709551615} ~ true",
        "10 / small > 1 ~ \"small\": 0 ~ failed",
      })
  void hasTheValueOfCel(String expression, String json, String expected) {
    assertThat(test(expression, json == null ? "" : json), is(expected));
  }

  /** What is compiled gives the same as CEL's interpreter for the whole expression. */
  @Test
  void agreesWithTheInterpreter() throws Exception {
    Random random = new Random(17);
    List<RowValues> rows = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      rows.add(row(RandomConditions.event(random)));
    }
    int[] seen = new int[3];
    for (int i = 0; i < 400; i++) {
      String text = RandomConditions.condition(random, 3);
      assertThat(text, EXPRESSIONS.problem(text), is(nullValue()));
      RowTest compiled = EXPRESSIONS.condition(text);
      CelAbstractSyntaxTree ast = EXPRESSIONS.checked(text);
      RowTest interpreted = EXPRESSIONS.interpreted(ast, ast.getExpr());
      for (RowValues row : rows) {
        int expected = interpreted.test(row);
        assertThat(text + " on " + row, name(compiled.test(row)), is(name(expected)));
        seen[expected]++;
      }
    }
    for (int result = 0; result < seen.length; result++) {
      assertThat(name(result) + " is common", seen[result] > 1_000, is(true));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "knid == 'a' ~ undeclared reference to 'knid'",
        "kind == 1 ~ no matching overload for '_==_'",
        "small ~ expected type 'bool'",
        "kind == ~ at character",
        "kind.matches( ~ at character",
        "kind.matches('^(?!x)') ~ is no regular expression of RE2",
        "kind.matches('([a-z]{1,900}){1,9}') ~ regular expression",
        "kind.matches(note) ~ needs a text in quotes",
        "at < timestamp('2026-13-01T00:00:00Z') ~ `timestamp('2026-13-01T00:00:00Z')` has no value",
        "at - at > duration('1 hour') ~ `duration('1 hour')` has no value",
        "level == 'hihg' ~ the field `level` never holds 'hihg'",
        "'mid' != level ~ the field `level` never holds 'mid'",
        "host in ['10.0.0.1', '010.0.0.1'] ~ the field `host` never holds '010.0.0.1'",
      })
  void namesTheProblem(String expression, String problem) {
    assertThat(EXPRESSIONS.problem(expression), containsString(problem));
  }

  @Test
  void boundsTheLength() {
    String many = "kind == 'a'" + " || kind == 'a'".repeat(1_000);
    assertThat(
        EXPRESSIONS.problem(many), both(containsString("10000")).and(containsString("15011")));
  }

  @Test
  void readsAListOnce() {
    StringBuilder sizes = new StringBuilder("\"sizes\": [1");
    for (int i = 0; i < 200_000; i++) {
      sizes.append(",1");
    }
    // Each of the iterations that are allowed would copy it.
    assertThat(test("sizes.all(a, a == sizes[0])", sizes.append(']').toString()), is("failed"));
  }

  @Test
  void boundsTheIterations() {
    StringBuilder sizes = new StringBuilder("\"sizes\": [0");
    for (int i = 0; i < 200; i++) {
      sizes.append(',').append(i);
    }
    String json = sizes.append(']').toString();
    assertThat(test("sizes.all(a, sizes.all(b, a < 1000))", json), is("failed"));
    assertThat(test("sizes.all(a, a < 1000)", json), is("true"));
  }
}
