package io.millrace.decode.protobuf;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Int64Value;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnknownFieldSet;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractException;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.DecodeException;
import io.millrace.decode.json.Decoding;
import io.millrace.event.DeadLetterCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.junit.jupiter.api.Test;

/** Records of Protobuf, as its own library writes them, by a descriptor set. */
class ProtobufTest {
  private static final String PROTO =
      """
      syntax = "proto3";
      package t;
      import "google/protobuf/timestamp.proto";
      import "google/protobuf/wrappers.proto";

      // The event
      message Event {
        string id = 1;
        google.protobuf.Timestamp at = 2;
        int64 n = 3;
        optional int32 maybe = 4;
        uint64 big = 5;
        double d = 6;
        bool flag = 7;
        bytes raw = 8;
        Color color = 9;
        repeated string names = 10;
        map<string, int64> counts = 11;
        Meta meta = 12;
        repeated Item items = 13;
        oneof choice { string text = 14; sint32 number = 15; }
        google.protobuf.Int64Value wrapped = 16;
        repeated int32 packed = 17;
        map<int32, Meta> metas = 18;
        enum Color { NONE = 0; RED = 1; ROUGE = 1; }
        message Meta { string user = 1; Meta inner = 2; float f = 3; }
        message Item { string name = 1; int32 n = 2; string more = 3; }
      }
      """;

  private static final Descriptor EVENT =
      ProtoFiles.last(List.of(ProtoText.parse("event.proto", PROTO))).getMessageTypes().get(0);

  private static byte[] set() {
    return FileDescriptorSet.newBuilder()
        .addFile(ProtoText.parse("event.proto", PROTO))
        .build()
        .toByteArray();
  }

  private static Contract contract(String unknownAs, String format, String... fields) {
    return ContractLoader.parse(
        Decoding.small(unknownAs, fields).replace("format: json", "format: " + format),
        "small.yaml",
        name -> set());
  }

  private static ProtobufDecoder decoder(String... fields) {
    return ProtobufDecoder.byMessage(
        contract("json", "{type: protobuf, schema: event.desc, message: t.Event}", fields),
        () -> Decoding.NOW,
        EVENT);
  }

  private static FieldDescriptor field(Descriptor type, String name) {
    return type.findFieldByName(name);
  }

  private static DynamicMessage.Builder event() {
    return DynamicMessage.newBuilder(EVENT)
        .setField(field(EVENT, "id"), "a")
        .setField(field(EVENT, "at"), Timestamp.newBuilder().setSeconds(1_772_359_200L).build());
  }

  private static DynamicMessage.Builder event(String name, Object value) {
    return event().setField(field(EVENT, name), value);
  }

  private static Message message(String type, Object... fields) {
    Descriptor descriptor = EVENT.findNestedTypeByName(type);
    DynamicMessage.Builder message = DynamicMessage.newBuilder(descriptor);
    for (int i = 0; i < fields.length; i += 2) {
      message.setField(field(descriptor, (String) fields[i]), fields[i + 1]);
    }
    return message.build();
  }

  private static Message entry(String map, Object key, Object value) {
    Descriptor type = field(EVENT, map).getMessageType();
    return DynamicMessage.newBuilder(type)
        .setField(type.findFieldByNumber(1), key)
        .setField(type.findFieldByNumber(2), value)
        .build();
  }

  private static Row row(ProtobufDecoder decoder, byte[] bytes) {
    try {
      return decoder.decode(Decoding.record(bytes)).row();
    } catch (DecodeException e) {
      throw new AssertionError(e.code() + ": " + e.getMessage(), e);
    }
  }

  private static Row row(ProtobufDecoder decoder, Message.Builder event) {
    return row(decoder, event.build().toByteArray());
  }

  private static @Nullable Object value(String fieldOfContract, String name, Object value) {
    return row(decoder(name + ": " + fieldOfContract), event(name, value)).getValue(name);
  }

  private static void fails(
      ProtobufDecoder decoder, byte @Nullable [] bytes, DeadLetterCode code, String message) {
    DecodeException e =
        assertThrows(DecodeException.class, () -> decoder.decode(Decoding.record(bytes)));
    assertEquals(code + " " + message, e.code() + " " + e.getMessage());
  }

  private static void fails(
      String fieldOfContract, String name, Object value, DeadLetterCode code, String message) {
    fails(
        decoder(name + ": " + fieldOfContract),
        event(name, value).build().toByteArray(),
        code,
        message);
  }

  @Test
  void scalars() {
    assertEquals(-5L, value("{type: int64}", "n", -5L));
    assertEquals(0.25, value("{type: float64}", "d", 0.25));
    assertEquals(true, value("{type: boolean}", "flag", true));
    assertEquals(
        "AAH/", value("{type: string}", "raw", ByteString.copyFrom(new byte[] {0, 1, -1})));
    assertEquals(
        new BigDecimal("18446744073709551615.0"),
        value("{type: decimal, precision: 21, scale: 1}", "big", -1L));
    assertEquals(
        Instant.ofEpochMilli(5),
        row(decoder("n: {type: timestamp, format: epoch_ms}"), event("n", 5L)).getValue("n"));
    fails(
        "{type: int64}",
        "big",
        -1L,
        DeadLetterCode.NUMBER_OVERFLOW,
        "big: expected an integer of 64 bits with sign");
    fails(
        "{type: int32}",
        "n",
        1L << 31,
        DeadLetterCode.NUMBER_OVERFLOW,
        "n: expected an integer of 32 bits");
    fails(
        "{type: float64}",
        "d",
        Double.NaN,
        DeadLetterCode.NOT_A_NUMBER,
        "d: expected a number, found NaN or Infinity");
  }

  @Test
  void timestampsKeepNanoseconds() {
    Message.Builder event =
        event(
            "at", Timestamp.newBuilder().setSeconds(1_772_359_199L).setNanos(999_999_999).build());
    assertEquals(
        Instant.parse("2026-03-01T09:59:59.999999999Z"), row(decoder(), event).getValue("at"));
    fails(
        decoder(),
        event("at", Timestamp.newBuilder().setNanos(-1).build()).build().toByteArray(),
        DeadLetterCode.INVALID_TIME,
        "at: expected a Timestamp with seconds in range and 0 to 999999999 nanos");
    fails(
        decoder(),
        DynamicMessage.newBuilder(EVENT).setField(field(EVENT, "id"), "a").build().toByteArray(),
        DeadLetterCode.MISSING_FIELD,
        "at: required, but absent or null");
  }

  @Test
  void aFieldWithoutPresenceHasItsDefault() {
    ProtobufDecoder decoder =
        decoder(
            "n: {type: int64, required: true}",
            "maybe: {type: int32}",
            "color: {type: string}",
            "text: {type: string}",
            "wrapped: {type: int64}");
    Row row = row(decoder, event());
    assertEquals(0L, row.getInt64("n"));
    assertEquals("NONE", row.getValue("color"));
    assertNull(row.getValue("maybe"));
    assertNull(row.getValue("text"));
    assertNull(row.getValue("wrapped"));
    assertEquals("", row.getString("extra"));
    row =
        row(
            decoder,
            event("maybe", 0)
                .setField(field(EVENT, "text"), "")
                .setField(field(EVENT, "wrapped"), Int64Value.of(0)));
    assertEquals(0, row.getInt32("maybe"));
    assertEquals("", row.getValue("text"));
    assertEquals(0L, row.getInt64("wrapped"));
  }

  @Test
  void enumsAreNames() {
    FieldDescriptor color = field(EVENT, "color");
    assertEquals("RED", value("{type: string}", "color", color.getEnumType().findValueByNumber(1)));
    assertEquals(1, value("{type: int32}", "color", color.getEnumType().findValueByNumber(1)));
    Object unnamed = color.getEnumType().findValueByNumberCreatingIfUnknown(7);
    assertEquals("7", value("{type: text}", "color", unnamed));
    fails(
        "{type: string}",
        "color",
        unnamed,
        DeadLetterCode.WRONG_TYPE,
        "color: expected a number that the enum Color has a name for");
  }

  @Test
  void repeatedFieldsMapsAndNestedMessages() {
    ProtobufDecoder decoder =
        decoder(
            "names: {type: array, items: {type: string}}",
            "packed: {type: array, items: {type: int64}}",
            "counts: {type: map}",
            "user: {path: meta.user, type: string}",
            "inner: {path: meta.inner, type: json}",
            "items: {type: array, items: {type: record, fields: {name: {type: string}, n: {type:"
                + " int64}}}}");
    Row row =
        row(
            decoder,
            event("names", List.of("x", "y"))
                .setField(field(EVENT, "packed"), List.of(1, -1))
                .setField(field(EVENT, "counts"), List.of(entry("counts", "k", 3L)))
                .setField(
                    field(EVENT, "meta"),
                    message(
                        "Meta", "user", "u", "inner", message("Meta", "user", "i\""), "f", 0.1f))
                .setField(
                    field(EVENT, "items"),
                    List.of(
                        message("Item", "name", "a", "n", 1),
                        message("Item", "name", "b", "more", "m"))));
    assertEquals(List.of("x", "y"), row.getArray("names"));
    assertEquals(List.of(1L, -1L), row.getArray("packed"));
    assertEquals(Map.of("k", "3"), row.getMap("counts"));
    assertEquals("u", row.getValue("user"));
    assertEquals("{\"user\":\"i\\\"\"}", row.getValue("inner"));
    assertEquals(
        List.of(List.of("a", 1L), List.of("b", 0L)),
        row.<Row>getArray("items").stream().map(Row::getValues).toList());
    assertEquals("{\"meta\":{\"f\":0.1},\"items\":[{},{\"more\":\"m\"}]}", row.getString("extra"));
  }

  @Test
  void whatIsNotDeclaredIsKeptAsSent() {
    Message.Builder event =
        event("n", 1L)
            .setField(field(EVENT, "big"), -1L)
            .setField(field(EVENT, "number"), -3)
            .setField(field(EVENT, "wrapped"), Int64Value.of(4))
            .setField(
                field(EVENT, "metas"),
                List.of(
                    entry("metas", 2, message("Meta", "user", "old")),
                    entry("metas", 2, message("Meta", "user", "new"))))
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(
                        99,
                        UnknownFieldSet.Field.newBuilder()
                            .addVarint(7)
                            .addLengthDelimited(ByteString.copyFromUtf8("x"))
                            .build())
                    .build());
    assertEquals(
        "{\"n\":1,\"big\":18446744073709551615,\"number\":-3,\"wrapped\":4,"
            + "\"metas\":{\"2\":{\"user\":\"new\"}},\"99\":[7,\"eA==\"]}",
        row(decoder(), event).getString("extra"));
    ProtobufDecoder asMap =
        ProtobufDecoder.byMessage(
            contract(
                "map",
                "{type: protobuf, schema: event.desc, message: t.Event}",
                "user: {path: meta.user, type: string}"),
            () -> Decoding.NOW,
            EVENT);
    assertEquals(
        Map.of("meta.f", "0.5", "text", "\"t"),
        row(asMap, event("meta", message("Meta", "f", 0.5f)).setField(field(EVENT, "text"), "\"t"))
            .getMap("extra"));
  }

  @Test
  void bytesThatAreNoMessageAreDead() throws IOException {
    ProtobufDecoder decoder = decoder();
    fails(decoder, null, DeadLetterCode.TOMBSTONE, "expected an event, found a null body");
    fails(decoder, new byte[0], DeadLetterCode.EMPTY, "expected an event, found no bytes");
    byte[] whole = event().build().toByteArray();
    fails(
        decoder,
        Arrays.copyOf(whole, 2),
        DeadLetterCode.TRUNCATED,
        "byte 2: the record ends in a field");
    fails(
        decoder,
        new byte[] {7},
        DeadLetterCode.MALFORMED_BINARY,
        "byte 1: expected a field in Protobuf's wire format");
    fails(
        decoder,
        new byte[] {10, 1, (byte) 0xff},
        DeadLetterCode.NOT_UTF8,
        "near byte 2: expected UTF-8 in a string");

    DecodeException e =
        assertThrows(DecodeException.class, () -> decoder.decode(Decoding.record(nested(12))));
    assertEquals(DeadLetterCode.TOO_DEEP, e.code());

    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CodedOutputStream coded = CodedOutputStream.newInstance(out);
    coded.writeTag(1, 2);
    coded.writeUInt32NoTag(Integer.MAX_VALUE);
    coded.flush();
    fails(
        decoder, out.toByteArray(), DeadLetterCode.TRUNCATED, "byte 6: the record ends in a field");
  }

  private static byte[] nested(int depth) {
    Message meta = message("Meta", "user", "u");
    for (int i = 0; i < depth; i++) {
      meta = message("Meta", "inner", meta);
    }
    return event("meta", meta).build().toByteArray();
  }

  @Test
  void contractsMustFit() {
    assertEquals(
        List.of(
            "small.yaml: format: expected {type: protobuf, schema: FILE, message: NAME} or {type:"
                + " protobuf, registry: URL}"),
        problems("{type: protobuf, schema: event.desc}"));
    assertEquals(
        List.of(
            "small.yaml: format.schema: the descriptor set has no message t.Nothing; it has"
                + " t.Event, t.Event.Meta, t.Event.Item, t.Event.CountsEntry,"
                + " t.Event.MetasEntry"),
        problems("{type: protobuf, schema: event.desc, message: t.Nothing}"));
    assertEquals(
        List.of(
            "small.yaml: format.message: n: expected a string; the message has a Protobuf int64",
            "small.yaml: format.message: meta: expected an array; the message has a Protobuf"
                + " message",
            "small.yaml: format.message: items[].more: expected true or false; the message has a"
                + " Protobuf string",
            "small.yaml: format.message: nowhere: the message has no such field"),
        problems(
            "{type: protobuf, schema: event.desc, message: t.Event}",
            "n: {type: string}",
            "meta: {type: array, items: {type: string}}",
            "items: {type: array, items: {type: record, fields: {more: {type: boolean}}}}",
            "nowhere: {type: string}"));
  }

  private static List<String> problems(String format, String... fields) {
    return assertThrows(ContractException.class, () -> contract("json", format, fields)).problems();
  }

  @Test
  void bytesChangedAtRandomAreEventsOrDead() {
    ProtobufDecoder decoder =
        decoder(
            "n: {type: int32}",
            "color: {type: string}",
            "names: {type: array, items: {type: string}}",
            "counts: {type: map}",
            "user: {path: meta.user, type: string}",
            "wrapped: {type: int64}",
            "items: {type: array, items: {type: record, fields: {n: {type: int32}}}}");
    byte[] valid =
        event("names", List.of("x", "y"))
            .setField(field(EVENT, "n"), 300L)
            .setField(field(EVENT, "counts"), List.of(entry("counts", "k", 3L)))
            .setField(field(EVENT, "meta"), message("Meta", "user", "ä", "f", 0.1f))
            .setField(field(EVENT, "items"), List.of(message("Item", "name", "a", "n", 1)))
            .setField(field(EVENT, "wrapped"), Int64Value.of(4))
            .build()
            .toByteArray();
    Random random = new Random(20261129);
    Map<DeadLetterCode, Integer> dead = new EnumMap<>(DeadLetterCode.class);
    int events = 0;
    for (int round = 0; round < 60_000; round++) {
      byte[] bytes = valid.clone();
      for (int change = random.nextInt(4); change >= 0; change--) {
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(3)) {
          case 0 -> bytes[at] = (byte) random.nextInt();
          case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
          default -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        }
      }
      try {
        decoder.decode(Decoding.record(bytes)).row();
        events++;
      } catch (DecodeException e) {
        dead.merge(e.code(), 1, Integer::sum);
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
      }
    }
    assertThat(events, greaterThan(1000));
    assertThat(dead.keySet().size(), greaterThan(4));
  }

  @Test
  void aDescriptorOfTextIsThatOfProtoc() {
    FileDescriptorProto file = ProtoText.parse("event.proto", PROTO);
    assertEquals("t", file.getPackage());
    assertTrue(field(EVENT, "maybe").hasPresence());
    assertFalse(field(EVENT, "n").hasPresence());
    assertTrue(field(EVENT, "counts").isMapField());
    assertEquals("t.Event.Meta", field(EVENT, "meta").getMessageType().getFullName());
    assertEquals("choice", field(EVENT, "text").getRealContainingOneof().getName());
    assertThrows(IllegalArgumentException.class, () -> ProtoText.parse("x", "message {"));
  }

  @Test
  void theDeepestNestingThatAContractMayAllowIsRead() {
    Contract contract =
        ContractLoader.parse(
            Decoding.small("json", "n: {type: int64}")
                .replace("max_depth: 10", "max_depth: 900")
                .replace(
                    "format: json",
                    "format: {type: protobuf, schema: event.desc, message: t.Event}"),
            "small.yaml",
            name -> set());
    ProtobufDecoder decoder = ProtobufDecoder.byMessage(contract, () -> Decoding.NOW, EVENT);
    Row row = row(decoder, nested(898));
    assertTrue(row.getString("extra").endsWith("{\"user\":\"u\"}" + "}".repeat(899)));
    DecodeException e =
        assertThrows(DecodeException.class, () -> decoder.decode(Decoding.record(nested(899))));
    assertEquals(DeadLetterCode.TOO_DEEP, e.code());
  }
}
