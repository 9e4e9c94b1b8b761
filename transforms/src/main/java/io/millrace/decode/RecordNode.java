package io.millrace.decode;

import io.millrace.contract.FieldDefinition;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;

/** What becomes one row: the event itself, or a record in an array. */
final class RecordNode {
  /** The tree of keys that leads to the fields. */
  final ObjectNode top;

  /** The fields, in the order of the row. */
  final FieldNode[] fields;

  final Schema schema;

  private RecordNode(ObjectNode top, FieldNode[] fields, Schema schema) {
    this.top = top;
    this.fields = fields;
    this.schema = schema;
  }

  /**
   * The schema may have columns beyond the fields.
   *
   * @param sliced whether texts may stay slices of the record
   */
  static RecordNode compile(List<FieldDefinition> definitions, Schema schema, boolean sliced) {
    List<FieldNode> fields = new ArrayList<>();
    ObjectNode.Builder top = new ObjectNode.Builder("");
    for (FieldDefinition definition : definitions) {
      int index = fields.size();
      FieldNode field =
          FieldNode.compile(definition, index, schema.getField(index).getType(), sliced);
      fields.add(field);
      top.add(definition.path(), field);
    }
    return new RecordNode(top.build(), fields.toArray(new FieldNode[0]), schema);
  }
}
