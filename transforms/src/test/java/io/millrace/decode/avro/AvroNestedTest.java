package io.millrace.decode.avro;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.event.DeadLetterCode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.junit.jupiter.api.Test;

/** Maps, arrays and nested records, as Avro's own writer writes them. */
class AvroNestedTest {
  /** A decoder whose field x has an Avro type and a type of the contract. */
  private static AvroDecoding x(String avroType, String type) {
    return AvroDecoding.of(
        "{\"name\": \"x\", \"type\": " + avroType + "}", "x: {type: " + type + "}");
  }

  private static @Nullable Object value(String avroType, String type, @Nullable Object value) {
    return x(avroType, type).value(value);
  }

  @Test
  void mapsAndArrays() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("a", "text\"");
    map.put("b", 2L);
    map.put("c", null);
    assertEquals(
        Map.of("a", "text\"", "b", "2", "c", "null"),
        value("{\"type\": \"map\", \"values\": [\"string\", \"long\", \"null\"]}", "map", map));
    assertEquals(
        List.of("a", "b"),
        value(
            "{\"type\": \"array\", \"items\": \"string\"}",
            "array, items: {type: string}",
            List.of("a", "b")));
    assertEquals(
        List.of(),
        value(
            "{\"type\": \"array\", \"items\": \"string\"}",
            "array, items: {type: string}",
            List.of()));
    x("{\"type\": \"array\", \"items\": [\"null\", \"long\"]}", "array, items: {type: int32}")
        .valueFails(
            Arrays.asList(1L, null),
            DeadLetterCode.WRONG_TYPE,
            "x[1]: expected an element, found null");
    x("{\"type\": \"array\", \"items\": [\"null\", \"long\"]}", "array, items: {type: int32}")
        .valueFails(
            Arrays.asList(1L, 1L << 40),
            DeadLetterCode.NUMBER_OVERFLOW,
            "x[1]: expected an integer of 32 bits");
  }

  private static final String ITEMS =
      """
      {"name": "items", "type": {"type": "array", "items": {"type": "record", "name": "Item",
        "fields": [{"name": "name", "type": ["null", "string"]}, {"name": "n", "type": "long"},
                   {"name": "more", "type": ["null", "string"]}]}}}
      """;

  private static final String ITEMS_FIELD =
      "items: {type: array, items: {type: record, fields: {name: {type: string, required: true},"
          + " n: {type: int32}}}}";

  private static GenericRecord item(
      AvroDecoding decoding, @Nullable String name, long n, @Nullable String more) {
    Schema schema = decoding.schema.getField("items").schema().getElementType();
    GenericRecord item = new GenericData.Record(schema);
    item.put("name", name);
    item.put("n", n);
    item.put("more", more);
    return item;
  }

  @Test
  void arraysOfRecordsKeepWhatIsNotDeclaredInItsPlace() {
    AvroDecoding decoding = AvroDecoding.of(ITEMS, ITEMS_FIELD);
    Row row =
        decoding.row(
            decoding.bytes(
                record ->
                    record.put(
                        "items",
                        List.of(
                            item(decoding, "a", 1, null),
                            item(decoding, "b", 2, "x"),
                            item(decoding, "c", 3, null)))));
    assertEquals(
        List.of(List.of("a", 1), List.of("b", 2), List.of("c", 3)),
        row.<Row>getArray("items").stream().map(Row::getValues).toList());
    assertEquals("{\"items\":[{},{\"more\":\"x\"}]}", row.getString("extra"));

    decoding.fails(
        decoding.bytes(
            record ->
                record.put(
                    "items", List.of(item(decoding, "a", 1, null), item(decoding, null, 1, "x")))),
        DeadLetterCode.MISSING_FIELD,
        "items[1].name: required, but absent or null");
    decoding.fails(
        decoding.bytes(record -> record.put("items", List.of(item(decoding, "a", 1L << 31, "")))),
        DeadLetterCode.NUMBER_OVERFLOW,
        "items[0].n: expected an integer of 32 bits");
  }

  private static final String METADATA =
      """
      {"name": "metadata", "type": ["null", {"type": "record", "name": "M", "fields": [
          {"name": "user", "type": "string"},
          {"name": "inner", "type": {"type": "record", "name": "I", "fields": [
              {"name": "n", "type": "int"}, {"name": "left", "type": "string"}]}},
          {"name": "tags", "type": {"type": "map", "values": "string"}}]}]},
      {"name": "top", "type": "double"}
      """;

  private static final String[] METADATA_FIELDS = {
    "user: {path: metadata.user, type: string}",
    "n: {path: metadata.inner.n, type: int64}",
    "zone: {path: metadata.tags.zone, type: string}"
  };

  private static byte[] metadata(AvroDecoding decoding) {
    GenericRecord metadata = new GenericData.Record(decoding.field("metadata"));
    metadata.put("user", "u");
    GenericRecord inner =
        new GenericData.Record(decoding.field("metadata").getField("inner").schema());
    inner.put("n", 4);
    inner.put("left", "l\"");
    metadata.put("inner", inner);
    Map<String, String> tags = new LinkedHashMap<>();
    tags.put("rack", "7");
    tags.put("zone", "eu");
    metadata.put("tags", tags);
    return decoding.bytes(
        record -> {
          record.put("metadata", metadata);
          record.put("top", 0.5);
        });
  }

  @Test
  void nestedRecordsAndKeysOfMapsAreFoundByTheirPaths() {
    AvroDecoding decoding = AvroDecoding.of(METADATA, METADATA_FIELDS);
    Row row = decoding.row(metadata(decoding));
    assertEquals(
        List.of("u", 4L, "eu"),
        List.of(row.getValue("user"), row.getValue("n"), row.getValue("zone")));
    assertEquals(
        "{\"metadata\":{\"inner\":{\"left\":\"l\\\"\"},\"tags\":{\"rack\":\"7\"}},\"top\":0.5}",
        row.getString("extra"));

    Row absent = decoding.row(decoding.bytes(record -> record.put("top", 0.0)));
    assertNull(absent.getValue("user"));
    assertEquals("{\"top\":0.0}", absent.getString("extra"));
  }

  @Test
  void unknownFieldsAsAMapHaveDottedPathsAndBareStrings() {
    AvroDecoding decoding = AvroDecoding.unknownAs("map", METADATA, METADATA_FIELDS);
    assertEquals(
        Map.of("metadata.inner.left", "l\"", "metadata.tags.rack", "7", "top", "0.5"),
        decoding.row(metadata(decoding)).getMap("extra"));
  }

  @Test
  void aMapIsAFieldOfTypeMapForARecordToo() {
    AvroDecoding decoding =
        AvroDecoding.of(METADATA.replace("\"top\"", "\"x\""), "metadata: {type: map}");
    byte[] bytes = metadata(AvroDecoding.of(METADATA));
    assertEquals(
        Map.of(
            "user",
            "u",
            "inner",
            "{\"n\":4,\"left\":\"l\\\"\"}",
            "tags",
            "{\"rack\":\"7\",\"zone\":\"eu\"}"),
        decoding.row(bytes).getMap("metadata"));
  }
}
