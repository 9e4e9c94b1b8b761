package io.millrace.contract.yaml;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.contract.Contract;
import io.millrace.contract.EnumValues;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.decode.json.Decoding;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Declarations of unsigned integers, floats, addresses, enums, typed maps and nested arrays. */
class ValueTypesContractTest {
  private static FieldDefinition field(String type) {
    Contract contract = ContractLoader.parse(Decoding.small("json", "x: " + type), "c.yaml");
    assertEquals(contract, SerializableUtils.clone(contract));
    return contract.fields().get(contract.indexOf("x"));
  }

  private static List<String> problems(String type) {
    return ShopContract.problems(Decoding.small("json", "x: " + type));
  }

  @Test
  void valuesOfAnEnumAreNumbered() {
    EnumValues listed = field("{type: enum, values: [b, a, 'on line']}").enumValues();
    assertEquals(List.of("b", "a", "on line"), listed.names());
    assertEquals(1, listed.number("b"));
    assertEquals(3, listed.number("on line"));
    assertNull(listed.number("c"));

    EnumValues numbered = field("{type: enum, values: {b: 300, a: -1}}").enumValues();
    assertEquals(List.of("b", "a"), numbered.names());
    assertEquals(List.of("a", "b"), numbered.namesByNumber());
    assertEquals(300, numbered.number("b"));
    assertEquals("b = 300, a = -1", numbered.toString());
  }

  @Test
  void aMapWithoutValuesIsTheMapOfBefore() {
    FieldDefinition untyped = field("{type: map}");
    assertNull(untyped.items());
    assertEquals(untyped, field("{type: map, values: text}"));
    assertEquals(FieldType.STRING, items(field("{type: map, values: string}")).type());
  }

  private static FieldDefinition items(FieldDefinition field) {
    FieldDefinition items = field.items();
    if (items == null) {
      throw new AssertionError(field.name() + " has no items");
    }
    return items;
  }

  @Test
  void elementsAndValuesKeepTheirParameters() {
    FieldDefinition price =
        items(field("{type: map, values: {type: decimal, precision: 9, scale: 2}}"));
    assertEquals(9, price.precision());
    assertEquals(2, price.scale());
    assertEquals(
        List.of("up"),
        items(field("{type: array, items: {type: enum, values: [up]}}")).enumValues().names());
    FieldDefinition deep =
        field("{type: array, items: {type: array, items: {type: array, items: {type: uint64}}}}");
    assertEquals(FieldType.UINT64, items(items(items(deep))).type());
  }

  @Test
  void theRowSchema() {
    Schema schema =
        ContractLoader.parse(
                Decoding.small(
                    "json",
                    "u: {type: uint64}",
                    "f: {type: float32}",
                    "v4: {type: ipv4}",
                    "v6: {type: ipv6}",
                    "e: {type: enum, values: [a]}",
                    "m: {type: map, values: float32}",
                    "a: {type: array, items: {type: array, items: {type: uint64}}}"),
                "c.yaml")
            .schema();
    Schema.FieldType text = Schema.FieldType.STRING.withNullable(true);
    assertEquals(Schema.FieldType.INT64.withNullable(true), schema.getField("u").getType());
    assertEquals(Schema.FieldType.FLOAT.withNullable(true), schema.getField("f").getType());
    assertEquals(text, schema.getField("v4").getType());
    assertEquals(text, schema.getField("v6").getType());
    assertEquals(text, schema.getField("e").getType());
    assertEquals(
        Schema.FieldType.map(Schema.FieldType.STRING, Schema.FieldType.FLOAT),
        schema.getField("m").getType());
    assertEquals(
        Schema.FieldType.array(Schema.FieldType.array(Schema.FieldType.INT64)),
        schema.getField("a").getType());
  }

  @Test
  void defaults() {
    assertEquals(-1L, field("{type: uint64, default: 18446744073709551615}").defaultValue());
    assertEquals(0L, field("{type: uint64, default: 0}").defaultValue());
    assertEquals(1.5f, field("{type: float32, default: 1.5}").defaultValue());
    assertEquals("0.0.0.0", field("{type: ipv4, default: 0.0.0.0}").defaultValue());
    assertEquals("::1", field("{type: ipv6, default: '0:0:0:0:0:0:0:1'}").defaultValue());
    assertEquals("b", field("{type: enum, values: [a, b], default: b}").defaultValue());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {type: enum} | fields.x.values: expected a list of names
          {type: enum, values: a} | fields.x.values: expected a list of names
          {type: enum, values: []} | fields.x.values: expected a list of names
          {type: enum, values: {}} | fields.x.values: expected a list of names
          {type: enum, values: [a, a]} | fields.x.values: `a` is listed twice
          {type: enum, values: [a, 1]} | fields.x.values[1]: YAML reads this as 1; expected a name, in quotes if necessary
          {type: enum, values: [on]} | fields.x.values[0]: YAML reads this as true; expected a name
          {type: enum, values: {a: 1, b: 1}} | fields.x.values.b: `a` has this number too
          {type: enum, values: {a: 32768}} | fields.x.values.a: expected an integer from -32768 to 32767
          {type: enum, values: {a: -32769}} | fields.x.values.a: expected an integer from -32768
          {type: enum, values: {a: one}} | fields.x.values.a: expected an integer
          {type: enum, values: {" ": 1}} | fields.x.values. : expected names that are not blank
          {type: enum, values: ["a\\nb"]} | fields.x.values[0]: expected names that are not blank
          {type: enum, values: [a], default: b} | fields.x.default: expected a value of the type enum
          {type: enum, values: [a], low_cardinality: true} | fields.x.low_cardinality: only for
          {type: string, values: [a]} | fields.x.values: only for the type enum or map
          {type: map, values: [int64]} | fields.x.values: expected a mapping with the keys type
          {type: map, values: map} | fields.x.values.type: expected a scalar type
          {type: map, values: {type: array, items: {type: int64}}} | fields.x.values.items: unknown key
          {type: map, values: decimal} | fields.x.values.precision: expected an integer
          {type: map, values: whatever} | fields.x.values.type: expected one of string
          {type: map, items: {type: int64}} | fields.x.items: only for the type array
          {type: array, items: {type: array}} | fields.x.items.items: expected a mapping
          {type: array, items: {type: map}} | fields.x.items.type: expected a scalar type, record or array
          {type: array, items: {type: array, items: {type: record, fields: {a: {type: string}}}}} | fields.x.items.items.type: expected a scalar type or array
          {type: uint64, default: -1} | fields.x.default: expected a value of the type uint64
          {type: uint64, default: 18446744073709551616} | fields.x.default: expected a value
          {type: uint64, default: 1.0} | fields.x.default: expected a value
          {type: float32, default: 1e39} | fields.x.default: expected a value of the type float32
          {type: ipv4, default: 01.2.3.4} | fields.x.default: expected a value of the type ipv4
          {type: ipv6, default: localhost} | fields.x.default: expected a value of the type ipv6
          {type: ipv4, lenient: true} | fields.x.lenient: only for the types
          {type: float32, precision: 3} | fields.x.precision: only for
          """)
  void reportsEachProblem(String type, String start) {
    assertThat(problems(type), hasItem(startsWith("shop.yaml: " + start)));
  }

  @Test
  void aFloat32CannotIdentifyAnEvent() {
    String yaml =
        Decoding.small("json", "x: {type: float32, required: true}")
            .replace("identity: [id, at]", "identity: [id, at, x]");
    assertThat(
        ShopContract.problems(yaml),
        hasItem(startsWith("shop.yaml: identity: `x` cannot identify an event")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {type: enum, values: [a, b]} | [a] | [a] |
          {type: enum, values: [a, b]} | [a, c] | | error.in: `c` is no enum's value
          {type: ipv4} | ["10.0.0.1"] | [10.0.0.1] |
          {type: ipv4} | ["10.0.0.01"] | | error.in: `10.0.0.01` is no IPv4 address
          {type: ipv6} | ["0:0::1", "10.0.0.1"] | [::1, ::ffff:10.0.0.1] |
          {type: ipv6} | [x] | | error.in: `x` is no IPv6 address
          {type: uint64} | ["1"] | | error.field: expected a field of type string, text, enum
          """)
  void conditionsCompareCanonicalValues(String type, String in, String values, String problem) {
    String yaml =
        Decoding.small("json", "x: " + type)
            .replace("identity:", "error: {field: x, in: " + in + "}\nidentity:");
    if (problem == null) {
      assertEquals(values, String.valueOf(ContractLoader.parse(yaml, "c.yaml").error().values()));
    } else {
      assertThat(ShopContract.problems(yaml), hasItem(startsWith("shop.yaml: " + problem)));
    }
  }
}
