package io.millrace.decode.otlp;

import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads protobuf's wire form in a range of bytes, field by field. Groups, which protobuf has given
 * up, are malformed. Not thread-safe.
 */
final class WireReader {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int LENGTH = 2;
  static final int FIXED32 = 5;

  /** The bits of a tag that hold the wire type. */
  static final int TYPE_BITS = 3;

  private static final int TYPE_MASK = (1 << TYPE_BITS) - 1;
  private static final int MAX_SHIFT = 63;
  private static final long MAX_TAG = 0xffff_ffffL;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes = {};
  private int at;
  private int end;

  /** Begins with a range of other bytes. */
  void open(byte[] message, int from, int to) {
    bytes = message;
    at = from;
    end = to;
  }

  byte[] bytes() {
    return bytes;
  }

  int position() {
    return at;
  }

  int end() {
    return end;
  }

  /** Goes to another range of the same bytes. */
  void seek(int from, int to) {
    at = from;
    end = to;
  }

  boolean hasNext() {
    return at < end;
  }

  /** The number of a tag's field. */
  static int number(int tag) {
    return tag >>> TYPE_BITS;
  }

  /** The wire type of a tag. */
  static int type(int tag) {
    return tag & TYPE_MASK;
  }

  /** The next field's tag. */
  int tag() throws DecodeException {
    byte first = bytes[at];
    int from = at;
    long tag;
    if (first >= 0) {
      at++;
      tag = first;
    } else {
      tag = varint();
    }
    if (tag < 1 << TYPE_BITS || tag > MAX_TAG) {
      throw malformed(from, "expected the tag of a protobuf field");
    }
    int type = type((int) tag);
    if (type > LENGTH && type != FIXED32) {
      throw malformed(from, "expected a protobuf field that is no group");
    }
    return (int) tag;
  }

  long varint() throws DecodeException {
    long value = 0;
    for (int shift = 0, i = at; i < end; shift += 7, i++) {
      byte next = bytes[i];
      if (shift == MAX_SHIFT && next != 0 && next != 1) {
        throw malformed(at, "expected an integer of 64 bits");
      }
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        at = i + 1;
        return value;
      }
    }
    throw truncated();
  }

  long fixed64() throws DecodeException {
    if (end - at < Long.BYTES) {
      throw truncated();
    }
    long value = (long) LONGS.get(bytes, at);
    at += Long.BYTES;
    return value;
  }

  int fixed32() throws DecodeException {
    if (end - at < Integer.BYTES) {
      throw truncated();
    }
    int value = (int) INTS.get(bytes, at);
    at += Integer.BYTES;
    return value;
  }

  /** The length of a text, of bytes or of a message, which is in the range that follows. */
  int length() throws DecodeException {
    long length = at < end && bytes[at] >= 0 ? bytes[at++] : varint();
    if (length < 0 || length > end - at) {
      throw truncated();
    }
    return (int) length;
  }

  /** Passes what a length announces, and gives where it ends. */
  int passLength() throws DecodeException {
    int length = length();
    at += length;
    return at;
  }

  /** Passes the value of a field. */
  void skip(int type) throws DecodeException {
    switch (type) {
      case VARINT -> varint();
      case FIXED64 -> fixed64();
      case LENGTH -> passLength();
      default -> fixed32();
    }
  }

  /** Whether a range of bytes consists of whole fields. */
  static boolean isMessage(byte[] bytes, int from, int to) {
    WireReader in = new WireReader();
    in.open(bytes, from, to);
    try {
      while (in.hasNext()) {
        in.skip(type(in.tag()));
      }
      return true;
    } catch (DecodeException e) {
      return false;
    }
  }

  private DecodeException truncated() {
    return new DecodeException(
        DeadLetterCode.TRUNCATED, "byte " + at + ": the protobuf ends before it is complete");
  }

  static DecodeException malformed(int at, String expected) {
    return new DecodeException(DeadLetterCode.MALFORMED_BINARY, "byte " + at + ": " + expected);
  }
}
