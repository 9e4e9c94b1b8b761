package io.millrace.expression;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.event.RowValues;
import io.millrace.event.Utf8Slice;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The values of derived columns. */
class RowValueTest {
  private static final Expressions EXPRESSIONS = new Expressions(ExpressionsTest.CONTRACT.fields());

  private static final List<String> ROWS =
      List.of(
          "",
          "\"kind\": \"Ping\", \"type\": \"a\", \"note\": \"äöü\\u20ac\", \"small\": 7, \"big\": -3",
          "\"kind\": \"PING/pong\", \"small\": -2147483648, \"big\": 9223372036854775807",
          "\"ratio\": 0.25, \"price\": 1.25, \"near\": 0.5, \"flag\": true, \"bytes\": 5",
          "\"flag\": false, \"bytes\": 18446744073709551615, \"big\": -9223372036854775808",
          "\"ratio\": 0, \"note\": \"\", \"type\": \"\", \"small\": 0, \"host\": \"10.0.0.1\"",
          "\"labels\": {\"env\": \"dev\"}, \"sizes\": [1, 2], \"level\": \"low\"");

  private static final List<String> EXPRESSIONS_OF_EVERY_KIND =
      List.of(
          "kind",
          "type",
          "small",
          "big",
          "bytes",
          "ratio",
          "price",
          "near",
          "flag",
          "at",
          "host",
          "sizes",
          "labels",
          "'constant'",
          "kind + ':' + type",
          "kind + (type == null ? 'none' : type) + string(big)",
          "kind.lowerAscii()",
          "note.upperAscii()",
          "note.substring(1)",
          "note.substring(1, 3)",
          "note.substring(9)",
          "kind.substring(0, 4).lowerAscii() + '!'",
          "big + 1",
          "big - 1",
          "big * 2",
          "big / -1",
          "big % -1",
          "big / (big + 3)",
          "small + big",
          "double(big) / 1000.0",
          "ratio * 2.0 + price",
          "1.0 / ratio",
          "big > 0 ? 'some' : 'none'",
          "flag ? small : 0",
          "small > 5",
          "flag == true && big > 0 || kind == 'Ping'",
          "'env' in labels ? labels['env'] : 'prod'",
          "sizes.map(s, s * 2)",
          "sizes.size()",
          "at.getHours()",
          "kind.split('/')[0]",
          "math.greatest(big, 5)",
          "[kind, 'x']",
          "{'kind': kind}",
          "bytes + 1u",
          "at + duration('1s')");

  private static FieldDefinition column(String expression) {
    FieldDefinition inferred = EXPRESSIONS.inferred(expression);
    if (inferred == null) {
      throw new AssertionError(expression + " has no type");
    }
    return inferred;
  }

  private static String text(@Nullable Object value) {
    return value == RowValue.FAILED ? "failed" : String.valueOf(value);
  }

  /** What is compiled gives what the interpreter gives. */
  @Test
  void agreesWithTheInterpreter() {
    for (String expression : EXPRESSIONS_OF_EVERY_KIND) {
      FieldDefinition column = column(expression);
      RowValue compiled = EXPRESSIONS.value(expression, column);
      var ast = EXPRESSIONS.checkedValue(expression);
      RowValue interpreted = EXPRESSIONS.interpretedValue(ast, ast.getExpr());
      for (String json : ROWS) {
        RowValues row = ExpressionsTest.row(json);
        Object slow = interpreted.of(row);
        assertThat(
            expression + " of " + json,
            text(compiled.of(row)),
            is(text(slow == RowValue.FAILED ? slow : ColumnValues.converted(column, slow))));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "kind ~ \"kind\": \"é\" ~ é",
        "type ~ ~ null",
        "type + '!' ~ ~ failed",
        "type == null ? 'none' : type ~ ~ none",
        "type == null ? 'none' : type ~ \"type\": \"x\" ~ x",
        "kind.lowerAscii() ~ \"kind\": \"GET /É\" ~ get /É",
        "note.substring(1, 3) ~ \"note\": \"a€𝄞b\" ~ €𝄞",
        "note.substring(2) ~ \"note\": \"a\" ~ failed",
        "big + 1 ~ \"big\": 9223372036854775807 ~ failed",
        "big / small ~ \"small\": 0 ~ failed",
        "ratio / 0.0 ~ \"ratio\": 1 ~ failed",
        "bytes ~ \"bytes\": 18446744073709551615 ~ -1",
        "bytes + 1u ~ \"bytes\": 18446744073709551615 ~ failed",
        "sizes.map(s, s * 2) ~ \"sizes\": [1, 2] ~ [2, 4]",
        "labels['env'] ~ ~ failed",
        "at + duration('1s') ~ ~ 2026-03-01T10:00:01.500Z",
        "at - duration('2000000h') ~ ~ failed",
      })
  void hasTheValue(String expression, String json, String expected) {
    RowValues row = ExpressionsTest.row(json == null ? "" : json);
    assertThat(text(EXPRESSIONS.value(expression, column(expression)).of(row)), is(expected));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "big ~ INT32 ~ \"big\": 2147483647 ~ 2147483647",
        "big ~ INT32 ~ \"big\": 2147483648 ~ failed",
        "big ~ UINT64 ~ \"big\": -1 ~ failed",
        "bytes ~ INT64 ~ \"bytes\": 9223372036854775808 ~ failed",
        "big ~ FLOAT64 ~ \"big\": 3 ~ 3.0",
        "ratio ~ FLOAT32 ~ \"ratio\": 0.1 ~ 0.1",
        "ratio ~ FLOAT32 ~ \"ratio\": 1e300 ~ failed",
        "price ~ DECIMAL ~ \"price\": 1.25 ~ 1.2",
        "ratio ~ DECIMAL ~ \"ratio\": 99.96 ~ failed",
        "bytes ~ DECIMAL ~ \"bytes\": 18446744073709551615 ~ failed",
        "parts[0].n ~ INT64 ~ \"parts\": [{\"n\": 5}] ~ 5",
        "parts[0].n ~ STRING ~ \"parts\": [{\"n\": 5}] ~ failed",
        "parts[0].name ~ STRING ~ \"parts\": [{\"name\": \"x\"}] ~ x",
        "parts[0].n ~ INT64 ~ \"parts\": [{}] ~ null",
      })
  void holdsWhatTheDeclaredTypeHolds(
      String expression, FieldType type, String json, String expected) {
    // Of a decimal, three digits, one of them after the point.
    FieldDefinition column = FieldDefinition.added("x", type, false, 3, 1, null, false);
    assertThat(EXPRESSIONS.holds(type, expression), is(true));
    assertThat(
        text(EXPRESSIONS.value(expression, column).of(ExpressionsTest.row(json))), is(expected));
  }

  /** A copied text stays a part of the record: no step decodes it. */
  @Test
  void copiesTextsWithoutDecoding() {
    RowValues row = ExpressionsTest.row("\"kind\": \"ping\"");
    assertThat(EXPRESSIONS.value("kind", column("kind")).of(row), is(row.raw(1)));
    assertThat(
        EXPRESSIONS.value("kind + kind", column("kind")).of(row) instanceof Utf8Slice, is(true));
  }
}
