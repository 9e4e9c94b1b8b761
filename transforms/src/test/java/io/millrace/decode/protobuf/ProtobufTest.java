package io.millrace.decode.protobuf;

import static io.millrace.decode.protobuf.ProtobufDecoding.EVENT;
import static io.millrace.decode.protobuf.ProtobufDecoding.PROTO;
import static io.millrace.decode.protobuf.ProtobufDecoding.contract;
import static io.millrace.decode.protobuf.ProtobufDecoding.decoder;
import static io.millrace.decode.protobuf.ProtobufDecoding.entry;
import static io.millrace.decode.protobuf.ProtobufDecoding.event;
import static io.millrace.decode.protobuf.ProtobufDecoding.fails;
import static io.millrace.decode.protobuf.ProtobufDecoding.field;
import static io.millrace.decode.protobuf.ProtobufDecoding.message;
import static io.millrace.decode.protobuf.ProtobufDecoding.row;
import static io.millrace.decode.protobuf.ProtobufDecoding.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Int64Value;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnknownFieldSet;
import io.millrace.contract.yaml.ContractException;
import io.millrace.contract.yaml.Problems;
import io.millrace.decode.json.Decoding;
import io.millrace.event.DeadLetterCode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

/** Records of Protobuf, as its own library writes them, by a descriptor set. */
class ProtobufTest {
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
  void aNumberOfAWiderWriterIsNotCutOff() {
    byte[] wide =
        event()
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(
                        4, UnknownFieldSet.Field.newBuilder().addVarint((1L << 32) + 1).build())
                    .build())
            .build()
            .toByteArray();
    assertEquals((1L << 32) + 1, row(decoder("maybe: {type: int64}"), wide).getInt64("maybe"));
    fails(
        decoder("maybe: {type: int32}"),
        wide,
        DeadLetterCode.NUMBER_OVERFLOW,
        "maybe: expected an integer of 32 bits");
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

  private static List<String> problems(String format, String... fields) {
    return Problems.withoutPositions(
        assertThrows(ContractException.class, () -> contract("json", format, fields)));
  }
}
