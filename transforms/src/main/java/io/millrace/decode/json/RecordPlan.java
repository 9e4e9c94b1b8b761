package io.millrace.decode.json;

import io.millrace.contract.FieldDefinition;
import io.millrace.decode.AbsentFields;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;

/**
 * What becomes one row: the event itself, or a record in an array.
 *
 * @param top the tree of keys that leads to the fields
 * @param absent what becomes of fields that are not there
 */
record RecordPlan(ObjectKeys top, AbsentFields absent, Schema schema) {
  /**
   * The schema may have columns beyond the fields.
   *
   * @param sliced whether texts may stay slices of the record
   */
  static RecordPlan compile(List<FieldDefinition> definitions, Schema schema, boolean sliced) {
    return compile(definitions, schema, sliced, 0);
  }

  /**
   * The same for the fields that are so many levels above the event.
   *
   * @param above see {@link FieldDefinition#above}
   */
  static RecordPlan compile(
      List<FieldDefinition> definitions, Schema schema, boolean sliced, int above) {
    ObjectKeys.Builder top = new ObjectKeys.Builder("");
    for (int i = 0; i < definitions.size(); i++) {
      FieldDefinition field = definitions.get(i);
      if (field.above() != above) {
        continue;
      }
      top.add(field.path(), new FieldPlan(field, i, schema.getField(i).getType(), sliced));
    }
    return new RecordPlan(top.build(), new AbsentFields(definitions), schema);
  }
}
