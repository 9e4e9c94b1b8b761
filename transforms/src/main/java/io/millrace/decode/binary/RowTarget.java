package io.millrace.decode.binary;

import io.millrace.contract.FieldDefinition;
import io.millrace.decode.AbsentFields;
import io.millrace.decode.DecodeException;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What becomes one row: the event itself, or a record in an array.
 *
 * @param top the fields by the keys of their paths
 * @param absent the rule for fields without a value
 * @param schema the row's schema, which may have columns beyond the fields
 */
public record RowTarget(TargetTree top, AbsentFields absent, Schema schema) {
  /**
   * Prepares for rows that begin with these fields.
   *
   * @param sliced whether texts may stay slices of the record's bytes
   */
  public static RowTarget of(List<FieldDefinition> fields, Schema schema, boolean sliced) {
    TargetTree top = new TargetTree("");
    for (int i = 0; i < fields.size(); i++) {
      FieldDefinition field = fields.get(i);
      top.add(field.path(), 0, new Target(field, i, schema.getField(i).getType(), sliced));
    }
    return new RowTarget(top, new AbsentFields(fields), schema);
  }

  public @Nullable Object[] newValues() {
    return new @Nullable Object[schema.getFieldCount()];
  }

  /**
   * The row of a record in an array.
   *
   * @throws DecodeException if a required field has no value
   */
  public Row row(@Nullable Object[] values, UnaryOperator<String> location) throws DecodeException {
    absent.complete(values, location);
    return Row.withSchema(schema).attachValues(Arrays.asList(values));
  }
}
