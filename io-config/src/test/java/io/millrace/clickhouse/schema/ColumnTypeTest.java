package io.millrace.clickhouse.schema;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ColumnTypeTest {
  @ParameterizedTest(name = "{0} holds {1}: {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          Int32 | Int32 | true
          Int64 | Int32 | true
          Int32 | Int64 | false
          Float64 | Int32 | true
          Float64 | Int64 | false
          Int64 | Float64 | false
          Float32 | Int32 | false
          UInt64 | Int32 | false
          String | Int32 | false
          Int32 | String | false
          Bool | Int32 | false
          Nullable(Int32) | Int32 | true
          Int32 | Nullable(Int32) | false
          Nullable(Int64) | Int32 | true
          Nullable(Int64) | Nullable(Int32) | true
          Nullable(Int32) | Nullable(Int64) | false
          LowCardinality(String) | String | true
          String | LowCardinality(String) | true
          LowCardinality(Nullable(String)) | String | true
          LowCardinality(Nullable(String)) | Nullable(String) | true
          Nullable(String) | LowCardinality(Nullable(String)) | true
          LowCardinality(String) | Nullable(String) | false
          FixedString(3) | String | false
          Decimal(9, 2) | Decimal(9, 2) | true
          Decimal(18, 4) | Decimal(9, 2) | true
          Decimal(11, 4) | Decimal(9, 2) | true
          Decimal(10, 4) | Decimal(9, 2) | false
          Decimal(18, 1) | Decimal(9, 2) | false
          Decimal(9, 2) | Decimal(18, 2) | false
          Nullable(Decimal(38, 10)) | Decimal(9, 2) | true
          Float64 | Decimal(9, 2) | false
          Decimal(9, 2) | Int32 | false
          Decimal(12, 2) | Int32 | true
          Decimal(20, 2) | Int64 | false
          Decimal(21, 2) | Int64 | true
          Int64 | Decimal(9, 0) | false
          DateTime64(3, 'UTC') | DateTime64(3,'UTC') | true
          DateTime64(6, 'UTC') | DateTime64(3, 'UTC') | true
          DateTime64(3, 'UTC') | DateTime64(6, 'UTC') | false
          DateTime64(9, 'UTC') | DateTime64(6, 'UTC') | false
          DateTime64(6, 'UTC') | DateTime64(3) | false
          DateTime | DateTime64(3, 'UTC') | false
          Array(Int64) | Array(Int32) | true
          Array(Int32) | Array(Int64) | false
          Array(Nullable(Int64)) | Array(Int32) | true
          Map(String, String) | Map(String, String) | true
          Map(LowCardinality(String), String) | Map(String, String) | true
          Map(String, Int32) | Map(String, String) | false
          Tuple(`a` Int64, b String) | Tuple(a Int32, `b` String) | true
          Tuple(a Int64) | Tuple(b Int32) | false
          Tuple(a Int64, b String) | Tuple(a Int64) | false
          UUID | UUID | true
          String | UUID | false
          Enum8('a, b' = 1, 'c)' = 2) | Enum8('a, b' = 1, 'c)' = 2) | true
          Enum8('a' = 1, 'b' = 2) | Enum8('b' = 2) | true
          Enum16('a' = 1, 'b' = 300) | Enum8('a' = 1) | true
          Enum8('a' = 1) | Enum8('a' = 1, 'b' = 2) | false
          Enum8('a' = 2) | Enum8('a' = 1) | false
          String | Enum8('a' = 1) | false
          UInt64 | UInt64 | true
          UInt64 | Int64 | false
          Int64 | UInt64 | false
          Decimal(20, 0) | UInt64 | true
          Decimal(19, 0) | UInt64 | false
          Float64 | Float32 | true
          Float32 | Float64 | false
          Float64 | UInt64 | false
          IPv6 | IPv6 | true
          IPv6 | IPv4 | false
          Map(String, Float64) | Map(String, Float32) | true
          Array(Array(Decimal(21, 1))) | Array(Array(UInt64)) | true
          """)
  void whatHoldsWhat(String to, String from, boolean holds) {
    assertThat(ColumnType.parse(to).holds(ColumnType.parse(from)), is(holds));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "String",
        "LowCardinality(Nullable(String))",
        "Array(Tuple(`name` String, `cost` Nullable(Decimal(9, 2)), `at` DateTime64(3, 'UTC')))",
        "Map(String, Array(Int64))",
        "Enum8('a' = -1, 'it\\'s' = 2)",
        "Map(String, Enum16('a, b' = 300))",
        "Tuple(Int32, DateTime64(3, 'UTC'))"
      })
  void isSpelledAsItWas(String type) {
    assertThat(ColumnType.parse(type).toString(), is(type));
  }

  @Test
  void theSameOrNull() {
    assertThat(ColumnType.parse("Int64").orNull().toString(), is("Nullable(Int64)"));
    assertThat(
        ColumnType.parse("LowCardinality(String)").orNull().toString(),
        is("LowCardinality(Nullable(String))"));
    assertThat(
        ColumnType.parse("Nullable(Decimal(9, 2))").orNull().toString(),
        is("Nullable(Decimal(9, 2))"));
  }

  /** Types of every kind that a contract makes, with and without null. */
  private static List<ColumnType> types() {
    List<String> plain =
        List.of(
            "String",
            "Bool",
            "UUID",
            "Int32",
            "Int64",
            "Float64",
            "Decimal(1, 0)",
            "Decimal(9, 2)",
            "Decimal(9, 9)",
            "Decimal(18, 4)",
            "Decimal(38, 0)",
            "Decimal(38, 4)",
            "Decimal(38, 38)",
            "JSON",
            "UInt64",
            "Float32",
            "IPv4",
            "IPv6",
            "Enum8('a' = 1)",
            "Enum8('a' = 1, 'b' = 2)",
            "Enum8('b' = 3)",
            "Enum16('c' = 300)",
            "DateTime64(3, 'UTC')");
    List<ColumnType> types = new ArrayList<>();
    for (String type : plain) {
      types.add(ColumnType.parse(type));
      types.add(ColumnType.parse("Nullable(" + type + ")"));
      types.add(ColumnType.parse("Array(" + type + ")"));
      types.add(ColumnType.parse("Tuple(`a` Nullable(" + type + "), `b` String)"));
    }
    types.add(ColumnType.parse("LowCardinality(String)"));
    types.add(ColumnType.parse("LowCardinality(Nullable(String))"));
    types.add(ColumnType.parse("Map(String, String)"));
    return types;
  }

  @Test
  void theValuesOfTwoEnums() {
    ColumnType one = ColumnType.parse("Enum8('a' = 1, 'b' = 2)");
    assertThat(
        one.join(ColumnType.parse("Enum8('c' = -3, 'a' = 1)")).toString(),
        is("Enum8('c' = -3, 'a' = 1, 'b' = 2)"));
    assertThat(
        one.join(ColumnType.parse("Nullable(Enum16('c' = 300))")).toString(),
        is("Nullable(Enum16('a' = 1, 'b' = 2, 'c' = 300))"));
    assertThat(one.join(ColumnType.parse("Enum8('a' = 3)")), is(nullValue()));
    assertThat(one.join(ColumnType.parse("Enum8('c' = 2)")), is(nullValue()));
    assertThat(one.join(ColumnType.parse("String")), is(nullValue()));
  }

  /** Every pair: there is a type for both exactly if some type is known that holds both. */
  @Test
  void whatHoldsTheValuesOfTwoTypes() {
    List<ColumnType> types = types();
    int joined = 0;
    for (ColumnType a : types) {
      for (ColumnType b : types) {
        String pair = a + " and " + b;
        ColumnType join = a.join(b);
        ColumnType other = b.join(a);
        if (join == null) {
          assertThat(pair, other, is(nullValue()));
          if (pair.contains("UInt64") && pair.matches(".*\\bInt.*")) {
            // A decimal would hold both, but no column becomes one without being asked.
            continue;
          }
          for (ColumnType c : types) {
            assertThat(pair + " in " + c, c.holds(a) && c.holds(b), is(false));
          }
        } else {
          joined++;
          assertThat(pair, join.holds(a) && join.holds(b), is(true));
          assertThat(pair, other.holds(join) && join.holds(other), is(true));
          assertThat(pair, ColumnType.parse(join.toString()), is(join));
          assertThat(join.isNullable(), is(a.isNullable() || b.isNullable()));
          // Rows of both can be written into it.
          for (ColumnType source : List.of(a, b)) {
            assertThat(pair, ColumnConversion.between("", source, join).checked(), is(false));
          }
          for (ColumnType c : types) {
            if (c.holds(a) && c.holds(b)) {
              assertThat(pair + " are held by less: " + c, c.holds(join), is(true));
            }
          }
        }
      }
    }
    // Against a test that compares nothing: each with itself at the least, and pairs of numbers.
    assertThat(joined, is(greaterThan(types.size() * 4)));
  }
}
