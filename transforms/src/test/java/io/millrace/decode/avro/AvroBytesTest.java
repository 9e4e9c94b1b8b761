package io.millrace.decode.avro;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.decode.DecodeException;
import io.millrace.decode.json.Decoding;
import io.millrace.event.DeadLetterCode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.junit.jupiter.api.Test;

/** Bytes that are no event of the schema: each is dead for a reason, at bounded cost. */
class AvroBytesTest {
  private static final String EVERYTHING =
      """
      {"name": "n", "type": "long"}, {"name": "d", "type": "double"}, {"name": "b",
       "type": "boolean"}, {"name": "raw", "type": "bytes"}, {"name": "e", "type": {"type": "enum",
       "name": "E", "symbols": ["A", "B"]}},
      {"name": "u", "type": ["null", "string", "long", {"type": "array", "items": "int"}]},
      {"name": "m", "type": {"type": "map", "values": ["null", "string"]}},
      {"name": "money", "type": {"type": "bytes", "logicalType": "decimal", "precision": 30,
        "scale": 5}},
      {"name": "tree", "type": ["null", {"type": "record", "name": "Tree", "fields": [
          {"name": "left", "type": ["null", "Tree"]}, {"name": "leaf", "type": "string"}]}]},
      {"name": "items", "type": {"type": "array", "items": {"type": "record", "name": "Item",
        "fields": [{"name": "x", "type": "float"}, {"name": "y", "type": "string"}]}}}
      """;

  private static final String[] FIELDS = {
    "n: {type: int32}",
    "b: {type: boolean}",
    "u: {type: text}",
    "m: {type: map}",
    "money: {type: decimal, precision: 20, scale: 5}",
    "left: {path: tree.left, type: json}",
    "items: {type: array, items: {type: record, fields: {x: {type: float64}}}}"
  };

  private static AvroDecoding everything() {
    return AvroDecoding.of(EVERYTHING, FIELDS);
  }

  private static byte[] full(AvroDecoding decoding) {
    Schema tree = decoding.field("tree");
    GenericRecord inner = new GenericData.Record(tree);
    inner.put("leaf", "inner");
    GenericRecord outer = new GenericData.Record(tree);
    outer.put("left", inner);
    outer.put("leaf", "outer ä");
    GenericRecord item =
        new GenericData.Record(decoding.schema.getField("items").schema().getElementType());
    item.put("x", 1.5f);
    item.put("y", "why");
    return decoding.bytes(
        record -> {
          record.put("n", 1L);
          record.put("d", 2.5);
          record.put("b", true);
          record.put("raw", ByteBuffer.wrap(new byte[] {1, 2}));
          record.put("e", new GenericData.EnumSymbol(decoding.field("e"), "B"));
          record.put("u", List.of(1, 2));
          record.put("m", Map.of("k", "v"));
          record.put("money", ByteBuffer.wrap(new byte[] {1, 0, 0}));
          record.put("tree", outer);
          record.put("items", List.of(item, item));
        });
  }

  @Test
  void nothingTooMuchAndTheDeadOnesBefore() {
    AvroDecoding decoding = AvroDecoding.of("");
    decoding.fails(null, DeadLetterCode.TOMBSTONE, "expected an event, found a null body");
    decoding.fails(new byte[0], DeadLetterCode.EMPTY, "expected an event, found no bytes");
    byte[] bytes = decoding.bytes(record -> {});
    decoding.fails(
        Arrays.copyOf(bytes, bytes.length + 1),
        DeadLetterCode.TRAILING_GARBAGE,
        "byte " + bytes.length + ": expected nothing after the event");
    assertEquals(DeadLetterCode.TOO_LARGE, decoding.failure(new byte[4_000_001]).code());
  }

  @Test
  void everyPrefixIsTruncated() {
    AvroDecoding decoding = everything();
    byte[] bytes = full(decoding);
    assertEquals("[1,2]", decoding.row(bytes).getValue("u"));
    assertEquals("{\"left\":null,\"leaf\":\"inner\"}", decoding.row(bytes).getValue("left"));
    for (int length = 1; length < bytes.length; length++) {
      DecodeException e = decoding.failure(Arrays.copyOf(bytes, length));
      assertEquals(DeadLetterCode.TRUNCATED, e.code(), length + ": " + e.getMessage());
    }
  }

  @Test
  void malformedBytesNameTheirPlace() {
    AvroDecoding flag = AvroDecoding.of("{\"name\": \"x\", \"type\": [\"null\", \"boolean\"]}");
    byte[] bytes = flag.bytes(record -> record.put("x", true));
    int last = bytes.length - 1;
    bytes[last] = 2;
    flag.fails(
        bytes,
        DeadLetterCode.MALFORMED_BINARY,
        "byte " + (last + 1) + ": expected a boolean, 0 or 1");
    bytes[last - 1] = 4;
    flag.fails(
        bytes,
        DeadLetterCode.MALFORMED_BINARY,
        "byte " + last + ": expected an index below 2, of a union's branch or a symbol");
    byte[] endless = new byte[20];
    Arrays.fill(endless, (byte) 0xff);
    assertEquals(DeadLetterCode.MALFORMED_BINARY, flag.failure(endless).code());
  }

  @Test
  void textIsUtf8() {
    AvroDecoding decoding =
        AvroDecoding.of("{\"name\": \"x\", \"type\": \"string\"}", "x: {type: string}");
    byte[] bytes = decoding.bytes(record -> record.put("x", "ab"));
    bytes[bytes.length - 1] = (byte) 0xc3;
    decoding.fails(bytes, DeadLetterCode.NOT_UTF8, "x: expected UTF-8");

    AvroDecoding undeclared = AvroDecoding.of("{\"name\": \"x\", \"type\": \"string\"}");
    undeclared.fails(
        bytes,
        DeadLetterCode.NOT_UTF8,
        "byte " + (bytes.length - 2) + ": expected UTF-8 in a string");
  }

  @Test
  void aMapWithAKeyTwiceIsDead() {
    AvroDecoding decoding =
        AvroDecoding.of("{\"name\": \"x\", \"type\": {\"type\": \"map\", \"values\": \"int\"}}");
    byte[] bytes = decoding.bytes(record -> record.put("x", Map.of("ab", 1, "ac", 2)));
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = bytes[i] == 'c' ? (byte) 'b' : bytes[i];
    }
    assertEquals(DeadLetterCode.DUPLICATE_KEY, decoding.failure(bytes).code());
  }

  @Test
  void hostileLengthsCostNothing() {
    long before = allocated();
    for (String type :
        List.of(
            "\"string\"",
            "\"bytes\"",
            "{\"type\": \"array\", \"items\": \"int\"}",
            "{\"type\": \"map\", \"values\": \"int\"}")) {
      AvroDecoding decoding = AvroDecoding.of("{\"name\": \"x\", \"type\": " + type + "}");
      byte[] head = AvroDecoding.of("").bytes(record -> {});
      // 2 147 483 647, as zigzag
      byte[] hostile = Arrays.copyOf(head, head.length + 5);
      System.arraycopy(
          new byte[] {(byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f},
          0,
          hostile,
          head.length,
          5);
      assertEquals(DeadLetterCode.TRUNCATED, decoding.failure(hostile).code(), type);
    }
    assertThat(allocated() - before, lessThan(50_000_000L));
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  @Test
  void elementsWithoutBytesAreLimited() {
    AvroDecoding decoding =
        AvroDecoding.of(
            "{\"name\": \"x\", \"type\": {\"type\": \"array\", \"items\": {\"type\": \"array\","
                + " \"items\": \"null\"}}}");
    List<Object> nulls = Arrays.asList(new Object[1000]);
    assertTrue(
        decoding
            .row(decoding.bytes(record -> record.put("x", List.of(nulls, nulls))))
            .getString("extra")
            .startsWith("{\"x\":[[null,null,"));
    List<Object> many = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      many.add(nulls);
    }
    assertEquals(
        DeadLetterCode.TOO_LARGE,
        decoding.failure(decoding.bytes(record -> record.put("x", many))).code());
  }

  @Test
  void depthIsLimited() {
    AvroDecoding decoding = everything();
    Schema tree = decoding.field("tree");
    GenericRecord node = null;
    for (int depth = 0; depth < 20; depth++) {
      GenericRecord parent = new GenericData.Record(tree);
      parent.put("left", node);
      parent.put("leaf", "");
      node = parent;
    }
    GenericRecord deep = node;
    AvroDecoding only =
        AvroDecoding.of(
            "{\"name\": \"tree\", \"type\": [\"null\", "
                + tree.toString().replace("t.Tree", "Tree")
                + "]}");
    assertEquals(
        DeadLetterCode.TOO_DEEP,
        only.failure(only.bytes(record -> record.put("tree", deep))).code());
  }

  @Test
  void aRecordOfARegistryIsHintedAt() {
    AvroDecoding decoding =
        AvroDecoding.of("{\"name\": \"x\", \"type\": \"int\"}", "x: {type: int32}");
    byte[] plain = decoding.bytes(record -> record.put("x", 1));
    byte[] framed = new byte[plain.length + 5];
    System.arraycopy(plain, 0, framed, 5, plain.length);
    assertTrue(
        decoding
            .failure(framed)
            .getMessage()
            .endsWith(
                "; the record looks like one of a schema registry: then name it in"
                    + " `format.registry`"));
  }

  @Test
  void bytesChangedAtRandomAreEventsOrDead() throws IOException {
    AvroDecoding decoding = everything();
    byte[] valid = full(decoding);
    Random random = new Random(20261129);
    Map<DeadLetterCode, Integer> dead = new EnumMap<>(DeadLetterCode.class);
    GenericDatumReader<GenericRecord> reader = new GenericDatumReader<>(decoding.schema);
    int events = 0;
    for (int round = 0; round < 60_000; round++) {
      byte[] bytes = valid.clone();
      for (int change = random.nextInt(4); change >= 0; change--) {
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(4)) {
          case 0 -> bytes[at] = (byte) random.nextInt();
          case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
          case 2 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
          default -> {
            int length = Math.min(bytes.length - at, random.nextInt(8));
            System.arraycopy(bytes, random.nextInt(bytes.length - length + 1), bytes, at, length);
          }
        }
      }
      try {
        decoding.decoder.decode(Decoding.record(bytes)).row();
        events++;
        // What is accepted, Avro's own reader accepts too, to the last byte.
        BinaryDecoder strict = DecoderFactory.get().binaryDecoder(bytes, null);
        reader.read(null, strict);
        assertTrue(strict.isEnd());
      } catch (DecodeException e) {
        dead.merge(e.code(), 1, Integer::sum);
        assertTrue(!e.getMessage().contains("\n"), e.getMessage());
      }
    }
    assertThat(events, greaterThan(1000));
    assertThat(dead.keySet().size(), greaterThan(5));
  }
}
