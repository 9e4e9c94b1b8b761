package io.millrace.decode.avro;

import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;
import io.millrace.text.Utf8;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads the primitives of Avro's binary encoding (Avro specification 1.11, "Binary Encoding") from
 * an array, without copies. No length in the bytes makes it allocate or loop beyond what the bytes
 * hold. Not thread-safe.
 */
final class AvroInput {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int MAX_VAR_LONG_BITS = 63;

  /** Most elements of an event that take no byte each, such as nulls. */
  private static final int MAX_EMPTY_ELEMENTS = 1 << 16;

  private static final byte[] NONE = {};

  private final int maxDepth;
  private byte[] bytes = NONE;
  private int at;
  private int from;
  private int to;
  private int depth;
  private int emptyElements;

  AvroInput(int maxDepth) {
    this.maxDepth = maxDepth;
  }

  /** Begins to read a record at an index. */
  void open(byte[] record, int start) {
    bytes = record;
    at = start;
    depth = 1;
    emptyElements = 0;
  }

  void close() {
    bytes = NONE;
    at = 0;
  }

  byte[] bytes() {
    return bytes;
  }

  int position() {
    return at;
  }

  /** The first index of what {@link #string}, {@link #binary} or {@link #fixed} read. */
  int from() {
    return from;
  }

  /** The index after what {@link #string}, {@link #binary} or {@link #fixed} read. */
  int to() {
    return to;
  }

  long readLong() throws DecodeException {
    if (at < bytes.length && bytes[at] >= 0) {
      long one = bytes[at++];
      return (one >>> 1) ^ -(one & 1);
    }
    long value = 0;
    for (int shift = 0; shift <= MAX_VAR_LONG_BITS; shift += 7) {
      if (at == bytes.length) {
        throw truncated("in a number");
      }
      byte next = bytes[at++];
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        if (shift == MAX_VAR_LONG_BITS && next > 1) {
          break;
        }
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw malformed("expected a number of at most 64 bits");
  }

  int readInt() throws DecodeException {
    long value = readLong();
    if (value != (int) value) {
      throw malformed("expected a number of at most 32 bits");
    }
    return (int) value;
  }

  boolean readBoolean() throws DecodeException {
    fixed(1);
    byte value = bytes[from];
    if ((value & ~1) != 0) {
      throw malformed("expected a boolean, 0 or 1");
    }
    return value == 1;
  }

  float readFloat() throws DecodeException {
    fixed(Integer.BYTES);
    return Float.intBitsToFloat((int) INTS.get(bytes, from));
  }

  double readDouble() throws DecodeException {
    fixed(Long.BYTES);
    return Double.longBitsToDouble((long) LONGS.get(bytes, from));
  }

  /** Passes a number of bytes. */
  void fixed(int size) throws DecodeException {
    if (size > bytes.length - at) {
      throw truncated("in a value of " + size + " bytes");
    }
    from = at;
    at += size;
    to = at;
  }

  /** Passes a length and as many bytes. */
  void binary() throws DecodeException {
    long size = readLong();
    if (size < 0) {
      throw malformed("expected a length that is not negative");
    } else if (size > bytes.length - at) {
      throw truncated("in a string or bytes");
    }
    from = at;
    at += (int) size;
    to = at;
  }

  /**
   * Passes a string.
   *
   * @return whether it is valid UTF-8
   */
  boolean string() throws DecodeException {
    binary();
    return Utf8.isValid(bytes, from, to);
  }

  /** The index of a union's branch or of an enum's symbol. */
  int index(int count) throws DecodeException {
    long index = readLong();
    if (index < 0 || index >= count) {
      throw malformed("expected an index below " + count + ", of a union's branch or a symbol");
    }
    return (int) index;
  }

  /**
   * The number of elements in the next block of an array or a map; 0 at its end.
   *
   * @param maybeEmpty whether an element may take no byte
   */
  int block(boolean maybeEmpty) throws DecodeException {
    long count = readLong();
    if (count < 0) {
      count = -count;
      long size = readLong();
      if (size < 0 || count < 0) {
        throw malformed("expected a block with a size that is not negative");
      }
    }
    if (!maybeEmpty && count > bytes.length - at) {
      throw truncated("in an array or a map");
    } else if (maybeEmpty) {
      if (count > MAX_EMPTY_ELEMENTS - emptyElements) {
        throw new DecodeException(
            DeadLetterCode.TOO_LARGE,
            "byte %d: expected at most %d elements that take no byte"
                .formatted(at, MAX_EMPTY_ELEMENTS));
      }
      emptyElements += (int) count;
    }
    return (int) count;
  }

  /** Enters an object or an array. */
  void enter() throws DecodeException {
    if (++depth > maxDepth) {
      throw new DecodeException(
          DeadLetterCode.TOO_DEEP, "byte " + at + ": expected at most " + maxDepth + " levels");
    }
  }

  void leave() {
    depth--;
  }

  private DecodeException truncated(String where) {
    return new DecodeException(
        DeadLetterCode.TRUNCATED, "byte " + bytes.length + ": the record ends " + where);
  }

  private DecodeException malformed(String message) {
    return new DecodeException(DeadLetterCode.MALFORMED_BINARY, "byte " + at + ": " + message);
  }
}
