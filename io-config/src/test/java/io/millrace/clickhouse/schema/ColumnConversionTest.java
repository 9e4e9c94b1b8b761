package io.millrace.clickhouse.schema;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.millrace.clickhouse.conversion.Conversion;
import io.millrace.clickhouse.conversion.RowReader;
import io.millrace.clickhouse.encoding.InvalidRowException;
import io.millrace.event.RowBuffer;
import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values at the limits of every conversion. */
class ColumnConversionTest {
  private static Conversion conversion(String from, String to) {
    return ColumnConversion.between("v", ColumnType.parse(from), ColumnType.parse(to));
  }

  /** The value in the column, or why it is rejected. */
  private static String convert(String from, String to, String value) {
    Conversion conversion = conversion(from, to);
    assertThat(from + " into " + to, conversion, is(notNullValue()));
    byte[] bytes = ValueText.encode(ColumnType.parse(from), value);
    RowReader in = new RowReader();
    in.reset(bytes, 0);
    RowBuffer out = new RowBuffer(1);
    try {
      conversion.mover().move(in, out);
    } catch (InvalidRowException e) {
      assertThat(from + " into " + to + " is checked", conversion.checked(), is(true));
      return e.getMessage();
    }
    return ValueText.decode(ColumnType.parse(to), out.toByteArray());
  }

  @ParameterizedTest(name = "{0} into {1}: {2} fits")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          Int64 | UInt8 | 0, 255
          Int64 | UInt16 | 0, 65535
          Int64 | UInt32 | 0, 4294967295
          Int64 | UInt64 | 0, 9223372036854775807
          Int64 | UInt128 | 0, 9223372036854775807
          Int64 | Int8 | -128, 127
          Int64 | Int16 | -32768, 32767
          Int64 | Int32 | -2147483648, 2147483647
          Int64 | Int128 | -9223372036854775808, -1, 9223372036854775807
          Int64 | Int256 | -9223372036854775808, 9223372036854775807
          Int32 | Int64 | -2147483648, 2147483647
          Int32 | UInt64 | 0, 2147483647
          UInt64 | Int64 | 0, 9223372036854775807
          UInt64 | UInt128 | 0, 18446744073709551615
          UInt64 | UInt8 | 0, 255
          UInt64 | UInt16 | 0, 65535
          UInt64 | UInt32 | 0, 4294967295
          UInt64 | Int8 | 0, 127
          UInt64 | Int16 | 0, 32767
          UInt64 | Int32 | 0, 2147483647
          UInt64 | Int128 | 0, 18446744073709551615
          UInt64 | Decimal(9, 2) | 0, 9999999
          UInt64 | Decimal(22, 2) | 0, 18446744073709551615
          UInt64 | Float32 | 0, 16777216, 18446742974197923840
          UInt64 | Decimal(20, 0) | 0, 18446744073709551615
          Int64 | Decimal(9, 2) | -9999999, 0, 9999999
          Int64 | Decimal(38, 19) | -9223372036854775808, 9223372036854775807
          Int64 | Decimal(76, 0) | -9223372036854775808, 9223372036854775807
          Int32 | Decimal(18, 9) | -999999999, 999999999
          Decimal(9, 2) | Decimal(8, 1) | -9999999.9, 0.0, 9999999.9
          Decimal(18, 4) | Decimal(9, 4) | -99999.9999, 99999.9999
          Decimal(38, 4) | Decimal(18, 2) | -9999999999999999.99, 9999999999999999.99
          Decimal(9, 9) | Decimal(76, 76) | -0.999999999, 0.000000001
          Decimal(38, 0) | Int64 | -9223372036854775808, 9223372036854775807
          Decimal(38, 2) | UInt8 | 0.00, 255.00
          Decimal(38, 0) | UInt256 | 99999999999999999999999999999999999999
          Decimal(9, 0) | Int32 | -999999999, 999999999
          Int64 | Float64 | -9007199254740992, 9007199254740992, -9223372036854775808, 9007199254740994
          Int32 | Float32 | 16777216, -16777218, -2147483648
          Decimal(38, 0) | Float64 | 10000000000000000000000, -1, 0
          Decimal(9, 0) | Float64 | 999999999, -999999999
          UInt64 | Float64 | 0, 9007199254740992, 9223372036854775808, 18446744073709549568
          Float64 | Float32 | 0.5, -0.0, NaN, Infinity, 3.4028234663852886E38, 1.401298464324817E-45
          Float32 | Float64 | 0.5, -0.0, NaN, -Infinity, 1.40129846E-45, 3.4028235E38
          Float32 | Int32 | -2147483648, 2147483520, 0
          Float32 | UInt64 | 0, 18446742974197923840
          Float32 | Decimal(9, 0) | 16777216
          Float64 | Int64 | -9.223372036854775808E18, -0.0, 9.223372036854774784E18
          Float64 | UInt8 | 0.0, 255.0
          Float64 | UInt64 | 1.8446744073709549568E19
          Float64 | Int256 | 1.0E70
          Float64 | Decimal(9, 0) | 999999999
          Bool | UInt8 | true, false
          Bool | Bool | true, false
          Bool | Int64 | true
          DateTime64(3, 'UTC') | DateTime | 1970-01-01T00:00:00Z, 2106-02-07T06:28:15Z
          DateTime64(9, 'UTC') | DateTime('UTC') | 1970-01-01T00:00:00Z, 2106-02-07T06:28:15Z
          DateTime64(9, 'UTC') | DateTime64(0) | 1900-01-01T00:00:00Z, 2262-04-11T23:47:16Z
          DateTime64(9, 'UTC') | DateTime64(3) | 1969-12-31T23:59:59.999Z
          DateTime64(6, 'UTC') | DateTime64(9) | 1900-01-01T00:00:00Z, 2262-04-11T23:47:16.854775Z
          DateTime64(3, 'UTC') | DateTime64(8) | 1900-01-01T00:00:00Z, 2299-12-31T23:59:59.999Z
          DateTime64(3, 'UTC') | DateTime64(3, 'Asia/Tokyo') | 2024-01-01T00:00:00.001Z
          DateTime64(3, 'UTC') | Date | 1970-01-01T00:00:00Z, 2149-06-06T00:00:00Z
          DateTime64(6, 'UTC') | Date32 | 1900-01-01T00:00:00Z, 2299-12-31T00:00:00Z
          UUID | String | 00112233-4455-6677-8899-aabbccddeeff
          String | UUID | 00112233-4455-6677-8899-aabbccddeeff
          String | LowCardinality(String) | x
          UUID | LowCardinality(Nullable(String)) | ffffffff-ffff-ffff-ffff-ffffffffffff
          Nullable(Int64) | Nullable(UInt8) | null, 255
          Int64 | LowCardinality(Nullable(Int8)) | -1
          Array(Int64) | Array(UInt8) | [], [0;255]
          Array(Array(UInt64)) | Array(Array(Int8)) | [], [{0,127};{}]
          Map(String, UInt64) | Map(String, Nullable(UInt8)) | [], [a;0;b;255]
          Map(String, Float32) | Map(LowCardinality(String), Float64) | [a;0.5]
          Map(String, DateTime64(6, 'UTC')) | Map(String, DateTime) | [a;2024-01-01T00:00:00Z]
          Map(String, Int64) | Map(LowCardinality(String), UInt8) | [a;1;b;255]
          Tuple(`a` Int64, `b` Nullable(String)) | Tuple(a UInt8, b Nullable(String)) | [1;x], [2;null]
          Tuple(`a` Int64) | Tuple(Nullable(Int16)) | [-1]
          Tuple(`a` UUID) | Tuple(a Nullable(UUID)) | [00112233-4455-6677-8899-aabbccddeeff]
          Tuple(`a` UUID, `b` Int64) | Tuple(UUID, Int64) | [00112233-4455-6677-8899-aabbccddeeff;7]
          """)
  void fits(String from, String to, String values) {
    for (String value : values.split(", ", -1)) {
      String shown = convert(from, to, value);
      ColumnType source = ColumnType.parse(from);
      String exactly = ValueText.decode(source, ValueText.encode(source, value));
      // Decimals may differ in zeros at their end.
      boolean equal = shown.equals(exactly) || number(shown).compareTo(number(exactly)) == 0;
      assertThat(exactly + " is shown as " + shown, equal);
    }
  }

  private static BigDecimal number(String text) {
    return switch (text) {
      case "true" -> BigDecimal.ONE;
      case "false" -> BigDecimal.ZERO;
      default -> new BigDecimal(text);
    };
  }

  @ParameterizedTest(name = "{0} into {1}: {2} is {3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          String | FixedString(3) | ab | ab\\0
          String | FixedString(3) | abc | abc
          String | FixedString(2) | é | é
          String | FixedString(1) | a\\0b | v: a text longer than the 1 bytes of FixedString
          String | FixedString(3) | ab\\0 | v: a text that ends with a zero byte, which FixedString does not keep
          String | Enum8('a, b' = -128, 'it\\'s' = 127) | it's | 127
          String | Enum8('a, b' = -128, 'it\\'s' = 127) | a, b | -128
          String | Enum8('a' = 1) | b | v: a text that is not a name of the Enum
          String | Enum8('a' = 1) | A | v: a text that is not a name of the Enum
          String | Enum16('a' = -32768, 'b' = 32767, 'é\\n' = 0) | b | 32767
          String | Enum16('a' = -32768, 'b' = 32767, 'é\\n' = 0) | é\\n | 0
          Enum8('a' = 1, 'b' = 2) | String | 2 | b
          Enum8('it\\'s' = -128, 'é' = 127) | LowCardinality(String) | -128 | it's
          Enum8('it\\'s' = -128, 'é' = 127) | LowCardinality(String) | 127 | é
          Enum16('a' = -32768, '' = 32767) | Nullable(String) | -32768 | a
          Enum16('a' = -32768, '' = 32767) | Nullable(String) | 32767 | ""
          Nullable(Enum8('a' = 1)) | Nullable(String) | null | null
          Enum8('a' = 1, 'ab' = 2) | FixedString(2) | 1 | a\\0
          Enum8('a' = 1, 'ab' = 2) | FixedString(2) | 2 | ab
          Enum8('a' = 1, 'b' = 2) | Enum8('b' = 1, 'a' = 2) | 1 | 2
          Enum8('a' = 1, 'b' = 2) | Enum8('b' = 1, 'a' = 2) | 2 | 1
          Enum8('a' = -128, 'b' = 127) | Enum16('a' = -128, 'b' = 127) | -128 | -128
          Enum8('a' = -128, 'b' = 127) | Enum16('a' = 300, 'b' = -300, 'c' = 0) | 127 | -300
          Enum16('a' = -32768, 'b' = 32767) | Enum8('a' = 127, 'b' = -128) | 32767 | -128
          Enum16('a' = -32768, 'b' = 32767) | Enum16('a' = -32768, 'b' = 0) | -32768 | -32768
          Array(Enum8('a' = 1)) | Array(String) | [1;1] | [a;a]
          Map(String, Enum8('a' = 1)) | Map(String, Enum8('a' = 7)) | [k;1] | [k;7]
          IPv4 | UInt32 | 4294967295 | 4294967295
          IPv4 | IPv6 | 0 | 00000000000000000000ffff00000000
          IPv4 | IPv6 | 4294967295 | 00000000000000000000ffffffffffff
          IPv4 | IPv6 | 16909060 | 00000000000000000000ffff01020304
          IPv4 | String | 0 | 0.0.0.0
          IPv4 | String | 4294967295 | 255.255.255.255
          IPv4 | LowCardinality(Nullable(String)) | 16909060 | 1.2.3.4
          IPv6 | String | 00000000000000000000000000000000 | ::
          IPv6 | String | 20010db8000000000000000000000001 | 2001:db8::1
          IPv6 | String | 00000000000000000000ffff01020304 | ::ffff:1.2.3.4
          IPv6 | IPv4 | 00000000000000000000ffff01020304 | 16909060
          IPv6 | IPv4 | 00000000000000000000ffffffffffff | 4294967295
          IPv6 | IPv4 | 00000000000000000000000001020304 | v: not an IPv4 address
          IPv6 | IPv4 | 01000000000000000000ffff01020304 | v: not an IPv4 address
          IPv6 | IPv4 | 20010db8000000000000000000000001 | v: not an IPv4 address
          String | IPv4 | 255.255.255.255 | 4294967295
          String | IPv4 | 1.2.3.4 | 16909060
          String | IPv4 | 01.2.3.4 | v: not an IPv4 address
          String | IPv4 | 1.2.3 | v: not an IPv4 address
          String | IPv4 | 1.2.3.4.5 | v: not an IPv4 address
          String | IPv4 | 1.2.3.256 | v: not an IPv4 address
          String | IPv4 | ::1 | v: not an IPv4 address
          String | IPv6 | :: | 00000000000000000000000000000000
          String | IPv6 | ::1 | 00000000000000000000000000000001
          String | IPv6 | 1:: | 00010000000000000000000000000000
          String | IPv6 | 2001:DB8::a:0 | 20010db80000000000000000000a0000
          String | IPv6 | 1:2:3:4:5:6:7:8 | 00010002000300040005000600070008
          String | IPv6 | 1:2:3:4:5:6:7:: | 00010002000300040005000600070000
          String | IPv6 | ::2:3:4:5:6:7:8 | 00000002000300040005000600070008
          String | IPv6 | ::ffff:1.2.3.4 | 00000000000000000000ffff01020304
          String | IPv6 | 1:2:3:4:5:6:1.2.3.4 | 00010002000300040005000601020304
          String | IPv6 | 1.2.3.4 | 00000000000000000000ffff01020304
          String | IPv6 | 1:2:3:4:5:6:7 | v: not an IP address
          String | IPv6 | 1:2:3:4:5:6:7:8:9 | v: not an IP address
          String | IPv6 | 1:2:3:4::5:6:7:8 | v: not an IP address
          String | IPv6 | 1::2::3 | v: not an IP address
          String | IPv6 | ::12345 | v: not an IP address
          String | IPv6 | 1: | v: not an IP address
          String | IPv6 | :1 | v: not an IP address
          String | IPv6 | ::: | v: not an IP address
          String | IPv6 | fe80::1%eth0 | v: not an IP address
          String | IPv6 | 1:2:3:4:5:6:7:1.2.3.4 | v: not an IP address
          String | UUID | 00112233-4455-6677-8899-AABBCCDDEEFF | 00112233-4455-6677-8899-aabbccddeeff
          String | UUID | 00112233445566778899aabbccddeeff | v: not a UUID
          String | UUID | 00112233-4455-6677-8899-aabbccddeefg | v: not a UUID
          String | UUID | 00112233-4455-6677-8899_aabbccddeeff | v: not a UUID
          Int64 | UInt8 | -1 | v: a number outside of the range of UInt8
          Int64 | UInt8 | 256 | v: a number outside of the range of UInt8
          Int64 | UInt64 | -1 | v: a number outside of the range of UInt64
          Int64 | UInt128 | -1 | v: a number outside of the range of UInt128
          Int64 | Int32 | 2147483648 | v: a number outside of the range of Int32
          UInt64 | Int64 | 9223372036854775808 | v: a number outside of the range of Int64
          UInt64 | Int64 | 18446744073709551615 | v: a number outside of the range of Int64
          UInt64 | UInt8 | 256 | v: a number outside of the range of UInt8
          UInt64 | UInt16 | 18446744073709551615 | v: a number outside of the range of UInt16
          UInt64 | UInt32 | 4294967296 | v: a number outside of the range of UInt32
          UInt64 | Int8 | 128 | v: a number outside of the range of Int8
          UInt64 | Int32 | 2147483648 | v: a number outside of the range of Int32
          UInt64 | Decimal(9, 2) | 10000000 | v: a number outside of the range of Decimal(9, 2)
          UInt64 | Decimal(19, 0) | 10000000000000000000 | v: a number outside of the range of Decimal(19, 0)
          UInt64 | Float64 | 9007199254740993 | v: a number that Float64 does not hold exactly
          UInt64 | Float64 | 18446744073709551615 | v: a number that Float64 does not hold exactly
          Float32 | Int32 | 2147483648 | v: a number outside of the range of Int32
          Float32 | UInt8 | 0.5 | v: a number with digits that UInt8 does not hold
          Float32 | Int64 | NaN | v: a number with digits that Int64 does not hold
          Int64 | Decimal(9, 2) | 10000000 | v: a number outside of the range of Decimal(9, 2)
          Int64 | Decimal(9, 2) | -10000000 | v: a number outside of the range of Decimal(9, 2)
          Int64 | Decimal(38, 37) | 10 | v: a number outside of the range of Decimal(38, 37)
          Decimal(9, 2) | Decimal(8, 1) | 0.01 | v: a number with digits that Decimal(8, 1) does not hold
          Decimal(9, 2) | Decimal(5, 2) | 1000.00 | v: a number outside of the range of Decimal(5, 2)
          Decimal(38, 2) | UInt8 | 255.01 | v: a number with digits that UInt8 does not hold
          Decimal(38, 2) | UInt8 | 256.00 | v: a number outside of the range of UInt8
          Decimal(38, 0) | Int64 | 9223372036854775808 | v: a number outside of the range of Int64
          Int64 | Float64 | 9007199254740993 | v: a number that Float64 does not hold exactly
          Int64 | Float64 | 9223372036854775807 | v: a number that Float64 does not hold exactly
          Int32 | Float32 | 16777217 | v: a number that Float32 does not hold exactly
          Decimal(38, 0) | Float64 | 10000000000000000000001 | v: a number that Float64 does not hold exactly
          Decimal(76, 0) | Float32 | 1000000000000000000000000000000000000000 | v: a number that Float32 does not hold exactly
          Float64 | Float32 | 0.1 | v: a number that Float32 does not hold exactly
          Float64 | Float32 | 1e39 | v: a number that Float32 does not hold exactly
          Float64 | Int64 | 9.223372036854775808E18 | v: a number outside of the range of Int64
          Float64 | Int64 | 0.5 | v: a number with digits that Int64 does not hold
          Float64 | Int64 | NaN | v: a number with digits that Int64 does not hold
          Float64 | UInt8 | -1.0 | v: a number outside of the range of UInt8
          Float64 | UInt8 | -Infinity | v: a number outside of the range of UInt8
          DateTime64(3, 'UTC') | DateTime | 1969-12-31T23:59:59Z | v: a time outside of the range of DateTime
          DateTime64(3, 'UTC') | DateTime | 2106-02-07T06:28:16Z | v: a time outside of the range of DateTime
          DateTime64(3, 'UTC') | DateTime | 2024-01-01T00:00:00.001Z | v: a time with digits that DateTime does not hold
          DateTime64(9, 'UTC') | DateTime64(6) | 2024-01-01T00:00:00.000000001Z | v: a time with digits that DateTime64(6) does not hold
          DateTime64(6, 'UTC') | DateTime64(9) | 2262-04-11T23:47:16.854776Z | v: a time outside of the range of DateTime64(9)
          DateTime64(3, 'UTC') | Date | 2024-01-01T00:00:01Z | v: a time with digits that Date does not hold
          DateTime64(3, 'UTC') | Date | 1969-12-31T00:00:00Z | v: a time outside of the range of Date
          Array(Int64) | Array(UInt8) | [1;256] | v: a number outside of the range of UInt8
          Map(String, UInt64) | Map(String, UInt8) | [a;1;b;256] | v: a number outside of the range of UInt8
          Map(String, String) | Map(String, IPv4) | [a;1.2.3] | v: not an IPv4 address
          Array(Array(UInt64)) | Array(Array(UInt8)) | [{1,256}] | v: a number outside of the range of UInt8
          Array(Tuple(`a` Int64)) | Array(Tuple(a Int8)) | [[200]] | v, element `a`: a number outside of the range of Int8
          """)
  void becomes(String from, String to, String value, String outcome) {
    assertThat(convert(from, to, value), is(outcome));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          Nullable(Int64) | UInt8
          Nullable(Int64) | Int64
          Array(Nullable(Int64)) | Array(Int64)
          Int64 | String
          Int64 | Bool
          Bool | String
          Decimal(9, 2) | Float64
          Float64 | Decimal(9, 2)
          Bool | Decimal(9, 0)
          Bool | Float64
          String | Int64
          String | JSON
          String | DateTime
          JSON | String
          UUID | FixedString(36)
          UInt64 | String
          Float32 | Decimal(9, 2)
          Float32 | String
          IPv4 | Int32
          IPv4 | UUID
          IPv6 | UUID
          IPv6 | FixedString(39)
          Enum8('a' = 1, 'b' = 2) | Enum8('a' = 1)
          Enum8('a' = 1) | Enum16('b' = 1)
          Enum8('abc' = 1) | FixedString(2)
          Enum8('a\\0' = 1) | FixedString(2)
          Enum8('a' = 1) | Int8
          Map(String, UInt64) | Map(String, String)
          Map(String, UInt64) | Map(UInt64, UInt64)
          Array(Array(Int64)) | Array(Int64)
          DateTime64(3, 'UTC') | Int64
          Array(Int64) | Int64
          Tuple(`a` Int64) | Tuple(b Int64)
          Tuple(`a` Int64) | Tuple(a Int64, b Int64)
          Map(String, String) | Array(Tuple(String, String))
          String | Variant(Int64, String)
          """)
  void hasNoConversion(String from, String to) {
    assertThat(conversion(from, to), is(nullValue()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          Int64 | Int64
          LowCardinality(String) | String
          Bool | UInt8
          DateTime64(3, 'UTC') | DateTime64(3)
          Decimal(9, 2) | Decimal(9, 2)
          Array(Tuple(`a` Int32, `b` String)) | Array(Tuple(Int32, LowCardinality(String)))
          Nullable(UUID) | Nullable(UUID)
          Map(String, Int64) | Map(LowCardinality(String), Int64)
          UInt64 | UInt64
          Float32 | Float32
          IPv4 | IPv4
          IPv4 | UInt32
          Nullable(IPv6) | Nullable(IPv6)
          Enum8('a' = 1) | Enum8('a' = 1, 'b' = 2)
          Enum16('a' = 300) | Enum16('b' = 1, 'a' = 300)
          Array(Array(Float32)) | Array(Array(Float32))
          Map(String, Enum8('a' = 1)) | Map(LowCardinality(String), Enum8('a' = 1))
          """)
  void costsNothing(String from, String to) {
    assertThat(conversion(from, to).same(), is(true));
    assertThat(conversion(from, to).checked(), is(false));
  }
}
