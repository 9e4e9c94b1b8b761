package io.millrace.decode.protobuf;

import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;
import io.millrace.text.Utf8;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads the primitives of Protobuf's wire format from an array, without copies, up to the end of
 * the innermost message. Not thread-safe.
 */
final class WireInput {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  private static final int START_GROUP = 3;
  private static final int END_GROUP = 4;
  static final int FIXED32 = 5;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int MAX_VARINT_BITS = 63;
  private static final byte[] NONE = {};

  private final int maxDepth;
  private byte[] bytes = NONE;
  private int at;
  private int end;
  private int from;
  private int to;
  private int depth;

  WireInput(int maxDepth) {
    this.maxDepth = maxDepth;
  }

  /** Begins to read a message, from an index to the end of the record. */
  void open(byte[] record, int start) {
    bytes = record;
    at = start;
    end = record.length;
    depth = 1;
  }

  void close() {
    bytes = NONE;
    at = 0;
    end = 0;
  }

  byte[] bytes() {
    return bytes;
  }

  int position() {
    return at;
  }

  /** How deep the innermost message is nested; the event is 1. */
  int depth() {
    return depth;
  }

  int maxDepth() {
    return maxDepth;
  }

  boolean atEnd() {
    return at == end;
  }

  /** The first index of the bytes that {@link #slice} read. */
  int from() {
    return from;
  }

  /** The index after the bytes that {@link #slice} read. */
  int to() {
    return to;
  }

  /** The number of a field and its wire type, in the lowest three bits. */
  int tag() throws DecodeException {
    long tag = varint();
    if (tag >>> 3 == 0 || tag >>> Integer.SIZE != 0) {
      throw malformed();
    }
    return (int) tag;
  }

  long varint() throws DecodeException {
    if (at < end && bytes[at] >= 0) {
      return bytes[at++];
    }
    long value = 0;
    for (int shift = 0; shift <= MAX_VARINT_BITS; shift += 7) {
      if (at == end) {
        throw truncated();
      }
      byte next = bytes[at++];
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw malformed();
  }

  int fixed32() throws DecodeException {
    pass(Integer.BYTES);
    return (int) INTS.get(bytes, at - Integer.BYTES);
  }

  long fixed64() throws DecodeException {
    pass(Long.BYTES);
    return (long) LONGS.get(bytes, at - Long.BYTES);
  }

  /** Passes a length and as many bytes. */
  void slice() throws DecodeException {
    long size = varint();
    if (size < 0 || size > Integer.MAX_VALUE) {
      throw malformed();
    }
    pass((int) size);
    from = at - (int) size;
    to = at;
  }

  /** Whether the bytes that {@link #slice} read are valid UTF-8. */
  boolean isUtf8() {
    return Utf8.isValid(bytes, from, to);
  }

  /**
   * Enters a message of the wire type {@link #BYTES}.
   *
   * @return what {@link #leave} needs
   */
  int enter() throws DecodeException {
    slice();
    deeper();
    int outer = end;
    at = from;
    end = to;
    return outer;
  }

  /** Leaves a message that was read to its end. */
  void leave(int outer) {
    end = outer;
    depth--;
  }

  /** Passes the value of a field. */
  void skip(int tag) throws DecodeException {
    switch (tag & 7) {
      case VARINT -> {
        long unused = varint();
      }
      case FIXED64 -> pass(Long.BYTES);
      case BYTES -> slice();
      case FIXED32 -> pass(Integer.BYTES);
      case START_GROUP -> {
        deeper();
        int inner = tag();
        while ((inner & 7) != END_GROUP) {
          skip(inner);
          inner = tag();
        }
        if (inner >>> 3 != tag >>> 3) {
          throw malformed();
        }
        depth--;
      }
      default -> throw malformed();
    }
  }

  private void deeper() throws DecodeException {
    if (++depth > maxDepth) {
      throw new DecodeException(
          DeadLetterCode.TOO_DEEP, "byte " + at + ": expected at most " + maxDepth + " levels");
    }
  }

  private void pass(int size) throws DecodeException {
    if (size > end - at) {
      throw truncated();
    }
    at += size;
  }

  private DecodeException truncated() {
    return new DecodeException(
        DeadLetterCode.TRUNCATED, "byte " + end + ": the message ends in a field");
  }

  private DecodeException malformed() {
    return new DecodeException(
        DeadLetterCode.MALFORMED_BINARY,
        "byte " + at + ": expected a field in Protobuf's wire format");
  }
}
