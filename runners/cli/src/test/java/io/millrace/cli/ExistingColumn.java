package io.millrace.cli;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/**
 * A column of a table that was created by hand.
 *
 * @param field its type in the contract
 * @param type its type in the table
 * @param good a value that fits
 * @param shown the same value as the server shows it
 * @param bad a value that does not fit; null: every value fits
 * @param reason why it does not
 */
record ExistingColumn(
    String name, String field, String type, Object good, String shown, Object bad, String reason) {
  /** The time of the first event. */
  static final long TIME = 1_772_359_200_000L;

  static final List<ExistingColumn> ALL =
      List.of(
          new ExistingColumn(
              "u8", "int64", "UInt8", 255, "255", 256, "a number outside of the range of UInt8"),
          new ExistingColumn(
              "u16",
              "int32",
              "UInt16",
              65535,
              "65535",
              -1,
              "a number outside of the range of UInt16"),
          new ExistingColumn(
              "u32",
              "int64",
              "UInt32",
              4294967295L,
              "4294967295",
              1L << 32,
              "a number outside of the range of UInt32"),
          new ExistingColumn(
              "u64",
              "int64",
              "UInt64",
              Long.MAX_VALUE,
              "9223372036854775807",
              -1,
              "a number outside of the range of UInt64"),
          new ExistingColumn(
              "i8", "int32", "Int8", -128, "-128", -129, "a number outside of the range of Int8"),
          new ExistingColumn(
              "i16",
              "int64",
              "Nullable(Int16)",
              32767,
              "32767",
              32768,
              "a number outside of the range of Int16"),
          new ExistingColumn(
              "i128", "int64", "Int128", Long.MIN_VALUE, "-9223372036854775808", null, ""),
          new ExistingColumn(
              "f64",
              "int64",
              "Float64",
              1L << 53,
              "9007199254740992",
              (1L << 53) + 1,
              "a number that Float64 does not hold exactly"),
          new ExistingColumn(
              "f32",
              "float64",
              "Float32",
              0.5,
              "0.5",
              0.1,
              "a number that Float32 does not hold exactly"),
          new ExistingColumn(
              "whole",
              "float64",
              "Int32",
              -7.0,
              "-7",
              0.5,
              "a number with digits that Int32 does not hold"),
          new ExistingColumn(
              "d9",
              "decimal, precision: 38, scale: 4",
              "Decimal(9, 2)",
              "1234567.89",
              "1234567.89",
              "0.001",
              "a number with digits that Decimal(9, 2) does not hold"),
          new ExistingColumn(
              "d76",
              "decimal, precision: 38, scale: 2",
              "Decimal(76, 20)",
              "-0.01",
              "-0.01",
              null,
              ""),
          new ExistingColumn(
              "fixed",
              "string",
              "LowCardinality(FixedString(4))",
              "abcd",
              "abcd",
              "abcde",
              "a text longer than the 4 bytes of FixedString"),
          new ExistingColumn(
              "level",
              "string",
              "Enum8('low' = -1, 'it\\'s, high' = 2)",
              "it's, high",
              "it's, high",
              "other",
              "a text that is not a name of the Enum"),
          new ExistingColumn(
              "kind",
              "string",
              "Enum16('a' = 1, 'b' = 30000)",
              "b",
              "b",
              "c",
              "a text that is not a name of the Enum"),
          new ExistingColumn(
              "ip4",
              "string",
              "IPv4",
              "10.0.0.255",
              "10.0.0.255",
              "10.0.0.256",
              "not an IPv4 address"),
          new ExistingColumn(
              "ip6",
              "string",
              "IPv6",
              "2001:db8::1",
              "2001:db8::1",
              "2001:db8",
              "not an IP address"),
          new ExistingColumn(
              "ref",
              "string",
              "UUID",
              "00112233-4455-6677-8899-AABBCCDDEEFF",
              "00112233-4455-6677-8899-aabbccddeeff",
              "none",
              "not a UUID"),
          new ExistingColumn(
              "uid",
              "uuid",
              "String",
              "00112233-4455-6677-8899-AABBCCDDEEFF",
              "00112233-4455-6677-8899-aabbccddeeff",
              null,
              ""),
          new ExistingColumn("host", "string", "LowCardinality(String)", "h", "h", null, ""),
          new ExistingColumn("flag", "boolean", "UInt8", true, "1", null, ""),
          new ExistingColumn(
              "second",
              "timestamp",
              "DateTime('Asia/Tokyo')",
              "2026-03-01T00:00:00Z",
              "2026-03-01 09:00:00",
              "2026-03-01T00:00:00.5Z",
              "a time with digits that DateTime does not hold"),
          new ExistingColumn(
              "tenth",
              "timestamp",
              "DateTime64(1)",
              "1969-12-31T23:59:59.9Z",
              "1969-12-31 23:59:59.9",
              "2026-03-01T00:00:00.55Z",
              "a time with digits that DateTime64(1) does not hold"),
          new ExistingColumn(
              "nano",
              "timestamp, precision: 6",
              "DateTime64(9, 'UTC')",
              "2026-03-01T00:00:00.123456Z",
              "2026-03-01 00:00:00.123456000",
              "2299-01-01T00:00:00Z",
              "a time outside of the range of DateTime64(9, 'UTC')"),
          new ExistingColumn(
              "day",
              "timestamp",
              "Date",
              "2026-03-01T00:00:00Z",
              "2026-03-01",
              "2026-03-01T00:00:01Z",
              "a time with digits that Date does not hold"),
          new ExistingColumn(
              "numbers",
              "array, items: {type: int64}",
              "Array(UInt16)",
              List.of(0, 65535),
              "[0,65535]",
              List.of(1, -1),
              "a number outside of the range of UInt16"),
          new ExistingColumn(
              "steps",
              "array, items: {type: record, fields: {name: {type: string, required: true}, cost: {type: int32}}}",
              "Array(Tuple(name LowCardinality(String), cost Nullable(UInt8)))",
              List.of(Map.of("name", "n", "cost", 1), Map.of("name", "m")),
              "[('n',1),('m',NULL)]",
              List.of(Map.of("name", "n", "cost", 1000)),
              "a number outside of the range of UInt8"),
          new ExistingColumn(
              "n8",
              "uint64",
              "UInt8",
              255,
              "255",
              new BigInteger("18446744073709551615"),
              "a number outside of the range of UInt8"),
          new ExistingColumn(
              "n64",
              "uint64",
              "Int64",
              Long.MAX_VALUE,
              "9223372036854775807",
              new BigInteger("9223372036854775808"),
              "a number outside of the range of Int64"),
          new ExistingColumn(
              "nd",
              "uint64",
              "Decimal(22, 2)",
              new BigInteger("18446744073709551615"),
              "18446744073709551615",
              null,
              ""),
          new ExistingColumn(
              "nf",
              "uint64",
              "Float64",
              1L << 53,
              "9007199254740992",
              (1L << 53) + 1,
              "a number that Float64 does not hold exactly"),
          new ExistingColumn("wide", "float32", "Float64", 0.5, "0.5", null, ""),
          new ExistingColumn(
              "short",
              "float32",
              "Int16",
              -7.0,
              "-7",
              0.5,
              "a number with digits that Int16 does not hold"),
          new ExistingColumn("v4as6", "ipv4", "IPv6", "10.0.0.255", "::ffff:10.0.0.255", null, ""),
          new ExistingColumn(
              "v4text", "ipv4", "LowCardinality(String)", "10.0.0.255", "10.0.0.255", null, ""),
          new ExistingColumn("v4number", "ipv4", "UInt32", "1.2.3.4", "16909060", null, ""),
          new ExistingColumn(
              "v6as4",
              "ipv6",
              "IPv4",
              "10.0.0.255",
              "10.0.0.255",
              "2001:db8::1",
              "not an IPv4 address"),
          new ExistingColumn("v6text", "ipv6", "String", "2001:DB8:0::1", "2001:db8::1", null, ""),
          new ExistingColumn(
              "state",
              "enum, values: [up, down]",
              "Enum8('down' = 1, 'up' = 2, 'other' = 3)",
              "up",
              "up",
              null,
              ""),
          new ExistingColumn(
              "state16",
              "enum, values: [up, \"it's\"]",
              "Enum16('it\\'s' = 300, 'up' = -1)",
              "it's",
              "it's",
              null,
              ""),
          new ExistingColumn(
              "statetext",
              "enum, values: {up: 300, down: -1}",
              "LowCardinality(String)",
              "down",
              "down",
              null,
              ""),
          new ExistingColumn(
              "statefixed", "enum, values: [up, down]", "FixedString(4)", "down", "down", null, ""),
          new ExistingColumn(
              "counts",
              "map, values: uint64",
              "Map(LowCardinality(String), UInt8)",
              Map.of("a", 255),
              "{'a':255}",
              Map.of("a", 256),
              "a number outside of the range of UInt8"),
          new ExistingColumn(
              "grid",
              "array, items: {type: array, items: {type: uint64}}",
              "Array(Array(UInt16))",
              List.of(List.of(0, 65535), List.of()),
              "[[0,65535],[]]",
              List.of(List.of(), List.of(65536)),
              "a number outside of the range of UInt16"),
          new ExistingColumn(
              "at",
              "timestamp, format: epoch_ms",
              "DateTime('UTC')",
              null,
              "",
              TIME + 1,
              "a time with digits that DateTime does not hold"));
}
