package io.millrace.decode.avro;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Bytes that follow each rule of "Binary Encoding" in the Apache Avro specification decode to the
 * values that it defines. They are written here by hand, so that no Avro library stands between the
 * specification and the decoder.
 */
class SpecificationBytesTest {
  /** The fields id = "a" and at, before the field that is tested. */
  private static final String BEFORE = "02 61 80 b4 b9 8d 95 67 ";

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # rule                         | Avro's type | bytes | as the type of the contract | value
          null takes no byte             | ["null","int"] | 00 | int32 | null
          a union begins with its branch | ["null","int"] | 02 0a | int32 | 5
          branches count from zero       | ["int","null","string"] | 04 02 78 | text | x
          false is 0                     | "boolean" | 00 | boolean | false
          true is 1                      | "boolean" | 01 | boolean | true
          zigzag: zero                   | "int" | 00 | int32 | 0
          zigzag: minus one              | "int" | 01 | int32 | -1
          zigzag: one                    | "int" | 02 | int32 | 1
          zigzag: the least of one byte  | "int" | 7f | int32 | -64
          zigzag: the first of two bytes | "int" | 80 01 | int32 | 64
          zigzag: least significant first | "long" | d8 04 | int64 | 300
          the largest int                | "int" | fe ff ff ff 0f | int32 | 2147483647
          the smallest int               | "int" | ff ff ff ff 0f | int32 | -2147483648
          the largest long               | "long" | fe ff ff ff ff ff ff ff ff 01 | int64 | 9223372036854775807
          the smallest long              | "long" | ff ff ff ff ff ff ff ff ff 01 | int64 | -9223372036854775808
          float: 4 bytes, little-endian  | "float" | 00 00 20 c0 | float64 | -2.5
          double: 8 bytes, little-endian | "double" | 00 00 00 00 00 00 f8 3f | float64 | 1.5
          bytes: length and bytes        | "bytes" | 06 01 02 ff | string | AQL/
          string: length and UTF-8       | "string" | 06 e2 82 ac | string | €
          the empty string               | "string" | 00 | string | ``
          enum: the symbol's number      | {"type":"enum","name":"E","symbols":["A","B","C"]} | 04 | string | C
          fixed: no length               | {"type":"fixed","name":"F","size":2} | 01 02 | string | AQI=
          array: blocks and a zero       | {"type":"array","items":"long"} | 04 06 1b 02 0e 00 | json | [3,-14,7]
          array: a block with its size   | {"type":"array","items":"long"} | 03 04 06 1b 00 | json | [3,-14]
          the empty array                | {"type":"array","items":"long"} | 00 | json | []
          map: keys are strings          | {"type":"map","values":"int"} | 02 02 6b 09 00 | json | {"k":-5}
          map: a block with its size     | {"type":"map","values":"int"} | 01 06 02 6b 09 00 | json | {"k":-5}
          record: its fields in order    | {"type":"record","name":"R","fields":[{"name":"s","type":"string"},{"name":"n","type":"long"}]} | 02 79 1b | json | {"s":"y","n":-14}
          decimal: two's complement, big-endian | {"type":"bytes","logicalType":"decimal","precision":6,"scale":2} | 04 fb 2e | decimal, precision: 6, scale: 2 | -12.34
          decimal of a fixed             | {"type":"fixed","name":"F","size":3,"logicalType":"decimal","precision":6,"scale":2} | 00 04 d2 | decimal, precision: 6, scale: 2 | 12.34
          uuid: a string                 | {"type":"string","logicalType":"uuid"} | 48 30 30 30 30 30 30 30 30 2d 30 30 30 30 2d 34 30 30 30 2d 38 30 30 30 2d 30 30 30 30 30 30 30 30 30 30 30 41 | uuid | 00000000-0000-4000-8000-00000000000a
          date: days                     | {"type":"int","logicalType":"date"} | 02 | string | 1970-01-02
          timestamp-millis               | {"type":"long","logicalType":"timestamp-millis"} | d8 04 | timestamp | 1970-01-01T00:00:00.300Z
          timestamp-micros               | {"type":"long","logicalType":"timestamp-micros"} | d8 04 | timestamp | 1970-01-01T00:00:00.000300Z
          time-millis                    | {"type":"int","logicalType":"time-millis"} | d8 04 | int32 | 300
          """)
  void bytesDecodeToTheValueThatTheSpecificationDefines(
      String rule, String type, String bytes, String declared, String value) {
    AvroDecoding decoding =
        AvroDecoding.of("{\"name\": \"x\", \"type\": " + type + "}", "x: {type: " + declared + "}");
    Row row = decoding.row(HexFormat.of().parseHex((BEFORE + bytes).replace(" ", "")));
    assertEquals("a", row.getString("id"));
    Object found = row.getValue("x");
    assertEquals(value, String.valueOf(found), rule);
  }
}
