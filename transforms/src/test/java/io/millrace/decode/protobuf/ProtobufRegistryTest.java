package io.millrace.decode.protobuf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.DecodeException;
import io.millrace.decode.json.Decoding;
import io.millrace.decode.registry.SchemaRegistry;
import io.millrace.decode.registry.TestRegistry;
import io.millrace.event.DeadLetterCode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Records of a schema registry, which gives the text of a {@code .proto} file. */
class ProtobufRegistryTest {
  private static final String USED =
      """
      syntax = "proto3";
      package shared;
      message User { string name = 1; }
      """;

  private static final String FIRST =
      """
      syntax = "proto3";
      import "user.proto";
      message Other { message Nested { string id = 1; string at = 2; int32 deep = 3; } }
      message Event { string id = 1; string at = 2; int32 x = 3; shared.User user = 4; }
      """;

  private TestRegistry registry;
  private ProtobufDecoder decoder;

  @BeforeEach
  void start() throws Exception {
    registry = new TestRegistry();
    registry.put("/schemas/ids/1", "PROTOBUF", FIRST, "user.proto");
    registry.put("/subjects/user.proto/versions/1", "PROTOBUF", USED);
    Contract contract =
        ContractLoader.parse(
            Decoding.small("json", "x: {type: int64}", "user: {path: user.name, type: string}")
                .replace(
                    "format: json", "format: {type: protobuf, registry: '" + registry.url() + "'}"),
            "small.yaml");
    decoder =
        ProtobufDecoder.byRegistry(
            contract, () -> Decoding.NOW, SchemaRegistry.open(contract.formatOptions()));
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private static FileDescriptor file(String text) {
    return ProtoFiles.last(
        List.of(ProtoText.parse("user.proto", USED), ProtoText.parse("event.proto", text)));
  }

  private static byte[] message(Descriptor type, Map<String, Object> more) {
    DynamicMessage.Builder message =
        DynamicMessage.newBuilder(type)
            .setField(type.findFieldByName("id"), "a")
            .setField(type.findFieldByName("at"), "2026-03-01T10:00:00Z");
    more.forEach((name, value) -> message.setField(type.findFieldByName(name), value));
    return message.build().toByteArray();
  }

  /** A record with message indexes as the bytes of zigzag varints. */
  private static byte[] record(int id, byte[] indexes, byte[] message) {
    byte[] data = Arrays.copyOf(indexes, indexes.length + message.length);
    System.arraycopy(message, 0, data, indexes.length, message.length);
    return TestRegistry.framed(id, data);
  }

  private Row row(byte[] bytes) throws DecodeException {
    return decoder.decode(Decoding.record(bytes)).row();
  }

  private DeadLetterCode failure(byte[] bytes) {
    return assertThrows(DecodeException.class, () -> row(bytes)).code();
  }

  @Test
  void theMessageIndexesNameTheMessage() throws Exception {
    FileDescriptor file = file(FIRST);
    Descriptor event = file.findMessageTypeByName("Event");
    Descriptor user = event.findFieldByName("user").getMessageType();
    Object name =
        DynamicMessage.newBuilder(user).setField(user.findFieldByName("name"), "u").build();
    Row row = row(record(1, new byte[] {2, 2}, message(event, Map.of("x", 5, "user", name))));
    assertEquals(List.of(5L, "u"), List.of(row.getInt64("x"), row.getString("user")));

    Descriptor nested = file.findMessageTypeByName("Other").findNestedTypeByName("Nested");
    assertEquals(
        "{\"deep\":1}",
        row(record(1, new byte[] {4, 0, 0}, message(nested, Map.of("deep", 1))))
            .getString("extra"));
    assertEquals(List.of("/schemas/ids/1", "/subjects/user.proto/versions/1"), registry.requests);
  }

  @Test
  void aNewVersionOfTheWriterNeedsNoRestart() throws Exception {
    String second =
        """
        syntax = "proto3";
        message Event { string id = 1; string at = 2; int64 x = 3; optional string more = 5; }
        """;
    registry.put(2, "PROTOBUF", second);
    byte[] old =
        record(
            1,
            new byte[] {2, 2},
            message(file(FIRST).findMessageTypeByName("Event"), Map.of("x", 5)));
    assertEquals(5, row(old).getInt64("x"));
    Row row =
        row(
            record(
                2,
                new byte[] {0},
                message(
                    file(second).findMessageTypeByName("Event"),
                    Map.of("x", 1L << 40, "more", "m"))));
    assertEquals(1L << 40, row.getInt64("x"));
    assertEquals("{\"more\":\"m\"}", row.getString("extra"));
    assertEquals(5, row(old).getInt64("x"));
  }

  @Test
  void recordsWithoutAKnownMessageAreDead() throws Exception {
    registry.put(3, "AVRO", "\"int\"");
    registry.put(4, "PROTOBUF", "message Event { unknown.Type x = 1; }");
    registry.put(5, "PROTOBUF", "message {");
    for (int id : new int[] {3, 4, 5, 6}) {
      assertEquals(DeadLetterCode.UNKNOWN_SCHEMA, failure(record(id, new byte[] {0}, new byte[0])));
    }
    byte[] none = {};
    assertEquals(DeadLetterCode.UNKNOWN_SCHEMA, failure(record(1, new byte[] {2, 6}, none)));
    assertEquals(DeadLetterCode.MALFORMED_BINARY, failure(record(1, new byte[] {3}, none)));
    assertEquals(
        DeadLetterCode.MALFORMED_BINARY, failure(record(1, new byte[] {-1, -1, -1, 127}, none)));
    assertEquals(DeadLetterCode.TRUNCATED, failure(record(1, new byte[] {4, 0}, none)));
    assertEquals(DeadLetterCode.TRUNCATED, failure(record(1, none, none)));
  }
}
