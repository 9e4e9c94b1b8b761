package io.millrace.expression;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.event.RowValues;
import io.millrace.event.Utf8Slice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A text that is still escaped in its record is the text without escapes to every expression. */
class EscapedTextTest {
  private static final Expressions EXPRESSIONS = new Expressions(ExpressionsTest.CONTRACT.fields());

  private final RowValues row =
      ExpressionsTest.row("\"kind\": \"say \\\"\\u00e9\\\"\", \"note\": \"a\\/b\\nc\"");

  @Test
  void isStillEscaped() {
    assertThat(row.raw(1), instanceOf(Utf8Slice.class));
    assertThat(row.raw(1) instanceof Utf8Slice text ? text.escapes() : null, notNullValue());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kind == 'say \"é\"'",
        "kind in ['other', 'say \"é\"']",
        "kind.startsWith('say \"')",
        "kind.endsWith('é\"')",
        "kind.contains('\"é')",
        "kind.size() == 7 && !kind.contains('u00e9')",
        "note == 'a/b\\nc' && note.matches('a/b.c|a/b\\\\nc')"
      })
  void aConditionIsMet(String condition) {
    assertThat(EXPRESSIONS.condition(condition).test(row), is(RowTest.TRUE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kind|say \"é\"",
        "kind + '!'|say \"é\"!",
        "kind.upperAscii()|SAY \"é\"",
        "kind.substring(4, 6)|\"é"
      })
  void aValueIsMadeOfTheText(String expression, String expected) {
    FieldDefinition column = FieldDefinition.column("x", FieldType.STRING, true);
    assertThat(String.valueOf(EXPRESSIONS.value(expression, column).of(row)), is(expected));
  }
}
