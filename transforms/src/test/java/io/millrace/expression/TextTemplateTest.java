package io.millrace.expression;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.RowSchemas;
import io.millrace.event.RowValues;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTemplateTest {
  private static final List<FieldDefinition> COLUMNS =
      List.of(
          FieldDefinition.column("name", FieldType.STRING, true),
          FieldDefinition.column("count", FieldType.INT64, true),
          FieldDefinition.column("rate", FieldType.FLOAT64, false),
          FieldDefinition.column("none", FieldType.FLOAT64, false),
          FieldDefinition.column("at", FieldType.TIMESTAMP, true));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "page | page",
        "db-{name} | db-sales",
        "{count} of {count + 1} | 7 of 8",
        "{rate} | 0.333333",
        "{rate * 300.0} % | 100 %",
        "{none} and {none + 1.0} | ? and ?",
        "{at} | 2026-03-01T12:00:00Z",
        "{{count}} | {count}",
        "{name + '}' + \"{\"} | sales}{",
        "{rate > 0.1 ? 'high' : 'low'} | high",
      })
  void fillsInValues(String template, String text) {
    Object[] row = {"sales", 7L, 1.0 / 3, null, Instant.parse("2026-03-01T12:00:00Z")};
    Expressions expressions = new Expressions(COLUMNS);
    assertThat(TextTemplate.problem(expressions, template) == null, is(true));
    assertThat(
        TextTemplate.of(expressions, template).of(RowValues.attach(RowSchemas.of(COLUMNS), row)),
        is(text));
  }
}
