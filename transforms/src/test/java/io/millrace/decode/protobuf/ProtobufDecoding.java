package io.millrace.decode.protobuf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.DecodeException;
import io.millrace.decode.json.Decoding;
import io.millrace.event.DeadLetterCode;
import java.util.List;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/** A message of Protobuf, and short ways to decode it. */
final class ProtobufDecoding {
  static final String PROTO =
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

  static final Descriptor EVENT =
      ProtoFiles.last(List.of(ProtoText.parse("event.proto", PROTO))).getMessageTypes().get(0);

  static byte[] set() {
    return FileDescriptorSet.newBuilder()
        .addFile(ProtoText.parse("event.proto", PROTO))
        .build()
        .toByteArray();
  }

  static Contract contract(String unknownAs, String format, String... fields) {
    return ContractLoader.parse(
        Decoding.small(unknownAs, fields).replace("format: json", "format: " + format),
        "small.yaml",
        name -> set());
  }

  static ProtobufDecoder decoder(String... fields) {
    return ProtobufDecoder.byMessage(
        contract("json", "{type: protobuf, schema: event.desc, message: t.Event}", fields),
        () -> Decoding.NOW,
        EVENT);
  }

  static FieldDescriptor field(Descriptor type, String name) {
    return type.findFieldByName(name);
  }

  static DynamicMessage.Builder event() {
    return DynamicMessage.newBuilder(EVENT)
        .setField(field(EVENT, "id"), "a")
        .setField(field(EVENT, "at"), Timestamp.newBuilder().setSeconds(1_772_359_200L).build());
  }

  static DynamicMessage.Builder event(String name, Object value) {
    return event().setField(field(EVENT, name), value);
  }

  static Message message(String type, Object... fields) {
    Descriptor descriptor = EVENT.findNestedTypeByName(type);
    DynamicMessage.Builder message = DynamicMessage.newBuilder(descriptor);
    for (int i = 0; i < fields.length; i += 2) {
      message.setField(field(descriptor, (String) fields[i]), fields[i + 1]);
    }
    return message.build();
  }

  static Message entry(String map, Object key, Object value) {
    Descriptor type = field(EVENT, map).getMessageType();
    return DynamicMessage.newBuilder(type)
        .setField(type.findFieldByNumber(1), key)
        .setField(type.findFieldByNumber(2), value)
        .build();
  }

  static Row row(ProtobufDecoder decoder, byte[] bytes) {
    try {
      return decoder.decode(Decoding.record(bytes)).row();
    } catch (DecodeException e) {
      throw new AssertionError(e.code() + ": " + e.getMessage(), e);
    }
  }

  static Row row(ProtobufDecoder decoder, Message.Builder event) {
    return row(decoder, event.build().toByteArray());
  }

  static @Nullable Object value(String fieldOfContract, String name, Object value) {
    return row(decoder(name + ": " + fieldOfContract), event(name, value)).getValue(name);
  }

  static void fails(
      ProtobufDecoder decoder, byte @Nullable [] bytes, DeadLetterCode code, String message) {
    DecodeException e =
        assertThrows(DecodeException.class, () -> decoder.decode(Decoding.record(bytes)));
    assertEquals(code + " " + message, e.code() + " " + e.getMessage());
  }

  static void fails(
      String fieldOfContract, String name, Object value, DeadLetterCode code, String message) {
    fails(
        decoder(name + ": " + fieldOfContract),
        event(name, value).build().toByteArray(),
        code,
        message);
  }

  private ProtobufDecoding() {}
}
