package io.millrace.decode.protobuf;

import static io.millrace.decode.protobuf.ProtobufDecoding.EVENT;
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
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.Int64Value;
import com.google.protobuf.Message;
import io.millrace.contract.yaml.ContractException;
import io.millrace.event.DeadLetterCode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Unsigned integers, floats of 32 bits, addresses, enums, typed maps and arrays of arrays. */
class ProtobufValueTypesTest {
  private static final String UNSIGNED = "expected an unsigned integer of 64 bits";

  @Test
  void unsignedIntegers() {
    assertEquals(-1L, value("{type: uint64}", "big", -1L));
    assertEquals(Long.MIN_VALUE, value("{type: uint64}", "big", Long.MIN_VALUE));
    assertEquals(5L, value("{type: uint64}", "n", 5L));
    assertEquals(
        5L,
        row(decoder("wrapped: {type: uint64}"), event("wrapped", Int64Value.of(5)))
            .getInt64("wrapped"));
    fails("{type: uint64}", "n", -1L, DeadLetterCode.NUMBER_OVERFLOW, "n: " + UNSIGNED);
    assertEquals(1.8446744E19f, value("{type: float32}", "big", -1L));
  }

  @Test
  void floats() {
    assertEquals(0.1f, value("{type: float32}", "d", 0.1));
    assertEquals(Float.MIN_VALUE, value("{type: float32}", "d", (double) Float.MIN_VALUE));
    assertEquals(
        0.5f,
        row(decoder("f: {path: meta.f, type: float32}"), event("meta", message("Meta", "f", 0.5f)))
            .getFloat("f"));
    fails(
        "{type: float32}",
        "d",
        1e39,
        DeadLetterCode.NUMBER_OVERFLOW,
        "d: expected a number of 32 bits");
  }

  @Test
  void textsAndSymbols() {
    assertEquals("::1", value("{type: ipv6}", "text", "0::1"));
    assertEquals("10.0.0.1", value("{type: ipv4}", "text", "10.0.0.1"));
    assertEquals("a", value("{type: enum, values: [a]}", "text", "a"));
    Object none = EVENT.findEnumTypeByName("Color").findValueByNumber(0);
    Object red = EVENT.findEnumTypeByName("Color").findValueByNumber(1);
    assertEquals("RED", value("{type: enum, values: [NONE, RED]}", "color", red));
    fails(
        "{type: enum, values: [RED]}",
        "color",
        none,
        DeadLetterCode.UNKNOWN_VALUE,
        "color: expected a value of the enum: RED");
    assertEquals(1L, value("{type: uint64}", "color", red));
  }

  @Test
  void typedMaps() {
    Message.Builder event =
        event()
            .addRepeatedField(field(EVENT, "counts"), entry("counts", "a", 1L))
            .addRepeatedField(field(EVENT, "counts"), entry("counts", "b", 2L));
    assertEquals(
        Map.of("a", 1L, "b", 2L),
        row(decoder("counts: {type: map, values: uint64}"), event).getMap("counts"));
    fails(
        decoder("counts: {type: map, values: uint64}"),
        event()
            .addRepeatedField(field(EVENT, "counts"), entry("counts", "a", -1L))
            .build()
            .toByteArray(),
        DeadLetterCode.NUMBER_OVERFLOW,
        "counts.a: " + UNSIGNED);
    neverFits("counts: {type: map, values: boolean}", "a Protobuf map");
  }

  @Test
  void protobufHasNoArraysOfArrays() {
    neverFits(
        "names: {type: array, items: {type: array, items: {type: string}}}",
        "a repeated Protobuf string");
  }

  private static void neverFits(String declared, String found) {
    ContractException never =
        assertThrows(
            ContractException.class,
            () ->
                contract(
                    "json", "{type: protobuf, schema: event.desc, message: t.Event}", declared));
    assertEquals(1, never.problems().size());
    assertEquals(
        List.of(true),
        never.problems().stream().map(p -> p.endsWith("the message has " + found)).toList(),
        never.problems().toString());
  }
}
