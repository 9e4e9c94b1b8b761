package io.millrace.decode.otlp;

/** What a field of OpenTelemetry's protocol holds, and the type of its wire form. */
enum Kind {
  /** Text in UTF-8. */
  TEXT(WireReader.LENGTH, false),
  /** The bytes of a trace's or span's number, written as lower-case hexadecimal digits. */
  HEX(WireReader.LENGTH, false),
  /** Nanoseconds since the epoch, UTC, unsigned; 0: none. */
  TIME(WireReader.FIXED64, false),
  /** An unsigned integer of 64 bits. */
  FIXED64(WireReader.FIXED64, false),
  /** An unsigned integer of 32 bits. */
  FIXED32(WireReader.FIXED32, false),
  /** An unsigned integer of 32 bits. */
  UINT32(WireReader.VARINT, false),
  /** The number of an enumeration's value. */
  NUMBER(WireReader.VARINT, false),
  /** The name of an enumeration's value. */
  NAMED(WireReader.VARINT, false),
  /** A signed integer of 32 bits. */
  SINT32(WireReader.VARINT, false),
  /** A signed integer of 64 bits. */
  SFIXED64(WireReader.FIXED64, false),
  DOUBLE(WireReader.FIXED64, false),
  BOOL(WireReader.VARINT, false),
  /** A value of any type. */
  ANY(WireReader.LENGTH, false),
  /** Names with a value of any type. */
  ATTRIBUTES(WireReader.LENGTH, true),
  /** A message. */
  MESSAGE(WireReader.LENGTH, false),
  /** An array of messages. */
  MESSAGES(WireReader.LENGTH, true),
  /** An array of unsigned integers of 64 bits, of fixed length. */
  FIXED64S(WireReader.LENGTH, true),
  /** An array of unsigned integers of 64 bits, of varying length. */
  UINT64S(WireReader.LENGTH, true),
  DOUBLES(WireReader.LENGTH, true);

  /** The wire type; that of an array of numbers if they are packed. */
  final int wireType;

  /** Whether a message may hold the field again and again. */
  final boolean repeated;

  Kind(int wireType, boolean repeated) {
    this.wireType = wireType;
    this.repeated = repeated;
  }

  /** The wire type of one number of an array that is not packed; -1 if this is no such array. */
  int unpackedType() {
    return switch (this) {
      case FIXED64S, DOUBLES -> WireReader.FIXED64;
      case UINT64S -> WireReader.VARINT;
      default -> -1;
    };
  }

  /** Whether it is an integer. */
  boolean isInteger() {
    return switch (this) {
      case FIXED64, FIXED32, UINT32, NUMBER, SINT32, SFIXED64 -> true;
      default -> false;
    };
  }

  /** Whether it is an array of numbers. */
  boolean isNumbers() {
    return unpackedType() >= 0;
  }
}
