package io.millrace.decode.protobuf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.json.Decoding;
import java.util.HexFormat;
import java.util.List;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Bytes that follow each rule of the page "Encoding" of the Protocol Buffers documentation decode
 * to the values that it defines. They are written here by hand, so that no Protobuf library stands
 * between the page and the decoder.
 */
class SpecificationBytesTest {
  /** The fields id = "a" and at. */
  private static final String BEFORE = "0a 01 61 12 06 08 a0 9c 90 cd 06 ";

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # rule                           | field 3 | bytes | as the type of the contract | value
          varint: seven bits a byte        | int32 x = 3 | 18 ac 02 | int32 | 300
          varint: a negative takes ten bytes | int32 x = 3 | 18 fe ff ff ff ff ff ff ff ff 01 | int32 | -2
          varint: the largest int64        | int64 x = 3 | 18 ff ff ff ff ff ff ff ff 7f | int64 | 9223372036854775807
          varint: more bytes than needed   | int32 x = 3 | 18 85 80 00 | int32 | 5
          uint32 has no sign               | uint32 x = 3 | 18 ff ff ff ff 0f | int64 | 4294967295
          uint64 has no sign               | uint64 x = 3 | 18 ff ff ff ff ff ff ff ff ff 01 | decimal, precision: 20, scale: 0 | 18446744073709551615
          bool                             | bool x = 3 | 18 01 | boolean | true
          enum: its number                 | E x = 3 | 18 01 | string | ONE
          enum: a number without name      | E x = 3 | 18 07 | int32 | 7
          sint: zigzag of minus one        | sint32 x = 3 | 18 01 | int32 | -1
          sint: zigzag of one              | sint32 x = 3 | 18 02 | int32 | 1
          sint64: the smallest             | sint64 x = 3 | 18 ff ff ff ff ff ff ff ff ff 01 | int64 | -9223372036854775808
          fixed64: little-endian           | fixed64 x = 3 | 19 2c 01 00 00 00 00 00 00 | int64 | 300
          sfixed64                         | sfixed64 x = 3 | 19 fe ff ff ff ff ff ff ff | int64 | -2
          double                           | double x = 3 | 19 00 00 00 00 00 00 f8 3f | float64 | 1.5
          fixed32: little-endian           | fixed32 x = 3 | 1d 2c 01 00 00 | int64 | 300
          sfixed32                         | sfixed32 x = 3 | 1d fe ff ff ff | int32 | -2
          float                            | float x = 3 | 1d 00 00 20 c0 | float64 | -2.5
          string: length and UTF-8         | string x = 3 | 1a 03 e2 82 ac | string | €
          bytes                            | bytes x = 3 | 1a 03 01 02 ff | string | AQL/
          a message within                 | M x = 3 | 1a 03 08 ac 02 | json | {"n":300}
          repeated: an element a field     | repeated string x = 3 | 1a 01 79 1a 01 7a | json | ["y","z"]
          packed                           | repeated int32 x = 3 | 1a 04 03 ac 02 05 | json | [3,300,5]
          packed in two parts              | repeated int32 x = 3 | 1a 01 03 1a 03 ac 02 05 | json | [3,300,5]
          a packable field that is not packed | repeated int32 x = 3 | 18 03 18 ac 02 | json | [3,300]
          map: a message with key and value | map<string, int32> x = 3 | 1a 05 0a 01 6b 10 07 | json | {"k":7}
          map: an absent value is its default | map<string, int32> x = 3 | 1a 03 0a 01 6b | json | {"k":0}
          the last of several values counts | int32 x = 3 | 18 01 18 02 | int32 | 2
          messages of one field are merged | M x = 3 | 1a 02 08 01 1a 03 12 01 79 | json | {"n":1,"s":"y"}
          fields in any order              | int32 x = 3 | 22 01 7a 18 05 | int32 | 5
          an absent field has its default  | int32 x = 3 | | int32 | 0
          an absent optional field is null | optional int32 x = 3 | | int32 | null
          an optional field may be zero    | optional int32 x = 3 | 18 00 | int32 | 0
          """)
  void bytesDecodeToTheValueThatThePageDefines(
      String rule, String field, String bytes, String declared, String value) {
    String proto =
        """
        syntax = "proto3";
        package t;
        import "google/protobuf/timestamp.proto";
        message Event {
          string id = 1;
          google.protobuf.Timestamp at = 2;
          %s;
          string other = 4;
          enum E { NONE = 0; ONE = 1; }
          message M { int32 n = 1; string s = 2; }
        }
        """
            .formatted(field);
    var file = ProtoText.parse("event.proto", proto);
    var event = ProtoFiles.last(List.of(file)).getMessageTypes().get(0);
    byte[] set = FileDescriptorSet.newBuilder().addFile(file).build().toByteArray();
    Contract contract =
        ContractLoader.parse(
            Decoding.small("json", "x: {type: " + declared + "}")
                .replace(
                    "format: json", "format: {type: protobuf, schema: e.desc, message: t.Event}"),
            "small.yaml",
            name -> set);
    ProtobufDecoder decoder = ProtobufDecoder.byMessage(contract, () -> Decoding.NOW, event);
    String all = BEFORE + (bytes == null ? "" : bytes);

    Row row = ProtobufDecoding.row(decoder, HexFormat.of().parseHex(all.replace(" ", "")));

    assertEquals("a", row.getString("id"));
    assertEquals(value, String.valueOf(row.<Object>getValue("x")), rule);
  }
}
