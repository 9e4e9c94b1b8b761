package io.millrace.expression;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.RowSchemas;
import io.millrace.event.RowValues;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A condition in CEL over fields that belong to no contract, for flags of commands. A condition
 * that fails on some values, for example because it compares null with a number, is not met. Not
 * thread-safe.
 */
public final class FieldCondition {
  private final Schema schema;
  private final RowTest test;
  private final List<FieldDefinition> read;

  private FieldCondition(Schema schema, RowTest test, List<FieldDefinition> read) {
    this.schema = schema;
    this.test = test;
    this.read = read;
  }

  /**
   * Compiles a condition.
   *
   * @param fields what it can refer to, in the order of the values
   * @throws IllegalArgumentException in one line, with the place in the text, if it is not valid
   */
  public static FieldCondition of(List<FieldDefinition> fields, String text) {
    Expressions expressions = new Expressions(fields);
    String problem = expressions.problem(text);
    if (problem != null) {
      throw new IllegalArgumentException(problem);
    }
    return new FieldCondition(
        RowSchemas.of(fields), expressions.condition(text), expressions.fieldsOf(text));
  }

  /** Whether the condition refers to a field. */
  public boolean reads(String field) {
    return read.stream().anyMatch(definition -> definition.name().equals(field));
  }

  /** Whether values in the order of the fields meet the condition. */
  public boolean test(@Nullable Object[] values) {
    return test.test(RowValues.attach(schema, values)) == RowTest.TRUE;
  }
}
