package io.millrace.decode.otlp;

import io.millrace.decode.DecodeException;
import io.millrace.decode.otlp.Message.Field;
import io.millrace.event.DeadLetterCode;

/** Reads numbers and booleans of the wire form, strictly. */
final class Numbers {
  private static final long UINT32_MAX = 0xffff_ffffL;

  private Numbers() {}

  /** An integer within what its kind holds; one of 64 bits without a sign may be below 0. */
  static long integer(WireReader in, Kind kind, String path) throws DecodeException {
    return switch (kind) {
      case FIXED64, SFIXED64 -> in.fixed64();
      case FIXED32 -> in.fixed32() & UINT32_MAX;
      case UINT32 -> within(in.varint(), 0, UINT32_MAX, path);
      case NUMBER, NAMED -> within(in.varint(), Integer.MIN_VALUE, Integer.MAX_VALUE, path);
      case SINT32 -> {
        long value = within(in.varint(), 0, UINT32_MAX, path);
        yield (value >>> 1) ^ -(value & 1);
      }
      default -> throw new IllegalStateException(kind + " is no integer");
    };
  }

  private static long within(long value, long least, long most, String path)
      throws DecodeException {
    if (value < least || value > most) {
      throw new DecodeException(
          DeadLetterCode.NUMBER_OVERFLOW, path + ": expected an integer of 32 bits");
    }
    return value;
  }

  static boolean bool(WireReader in, String path) throws DecodeException {
    long value = in.varint();
    if (value != 0 && value != 1) {
      throw new DecodeException(DeadLetterCode.WRONG_TYPE, path + ": expected a boolean");
    }
    return value == 1;
  }

  /** The name of an enumeration's value; the digits of one that is not known. */
  static String name(Field field, int value) {
    return value >= 0 && value < field.names().size()
        ? field.names().get(value)
        : Integer.toString(value);
  }

  /** Fails if a field has a wire type that it cannot have. */
  static void checkType(Field field, int type, String path) throws DecodeException {
    if (type != field.kind().wireType && type != field.kind().unpackedType()) {
      throw new DecodeException(
          DeadLetterCode.WRONG_TYPE, path + ": expected the wire type of its field");
    }
  }

  /** The failure of what may be there once. */
  static DecodeException twice(String path) {
    return new DecodeException(
        DeadLetterCode.DUPLICATE_KEY, path + ": stands there twice; expected it once");
  }
}
