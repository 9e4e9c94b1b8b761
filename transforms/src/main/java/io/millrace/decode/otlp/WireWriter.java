package io.millrace.decode.otlp;

import io.millrace.decode.DecodeException;
import io.millrace.event.RowBuffer;
import java.util.Arrays;

/**
 * Writes messages in protobuf's wire form, in the one way in which its libraries do: fields by
 * number, lengths as short as they can be. Not thread-safe.
 */
final class WireWriter {
  private static final int MOST_BYTES = 10;

  private byte[] bytes = new byte[512];
  private int size;

  void clear() {
    if (bytes.length > 1 << 20) {
      bytes = new byte[512];
    }
    size = 0;
  }

  int size() {
    return size;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  void tag(int number, int type) {
    varint(((long) number << WireReader.TYPE_BITS) | type);
  }

  void varint(long value) {
    reserve(MOST_BYTES);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  void fixed64(long value) {
    reserve(Long.BYTES);
    for (int i = 0; i < Long.BYTES; i++) {
      bytes[size++] = (byte) (value >>> (Byte.SIZE * i));
    }
  }

  void fixed32(int value) {
    reserve(Integer.BYTES);
    for (int i = 0; i < Integer.BYTES; i++) {
      bytes[size++] = (byte) (value >>> (Byte.SIZE * i));
    }
  }

  void raw(byte[] from, int offset, int length) {
    reserve(length);
    System.arraycopy(from, offset, bytes, size, length);
    size += length;
  }

  void field(int number, byte[] value, int offset, int length) {
    tag(number, WireReader.LENGTH);
    varint(length);
    raw(value, offset, length);
  }

  void field(int number, RowBuffer value) {
    byte[] copy = value.toByteArray();
    field(number, copy, 0, copy.length);
  }

  /** Makes a field of all bytes from an index on. */
  void wrap(int number, int from) {
    int length = size - from;
    int head = varintBytes(number << WireReader.TYPE_BITS) + varintBytes(length);
    reserve(head);
    System.arraycopy(bytes, from, bytes, from + head, length);
    size = from;
    tag(number, WireReader.LENGTH);
    varint(length);
    size += length;
  }

  private static int varintBytes(int value) {
    return value == 0 ? 1 : (38 - Integer.numberOfLeadingZeros(value)) / 7;
  }

  /** Orders the fields of a message, which is all bytes from an index on, by their number. */
  void sort(int from) throws DecodeException {
    byte[] message = Arrays.copyOfRange(bytes, from, size);
    WireReader in = new WireReader();
    long[] fields = new long[16];
    int count = 0;
    in.open(message, 0, message.length);
    while (in.hasNext()) {
      int begin = in.position();
      int tag = in.tag();
      in.skip(WireReader.type(tag));
      if (count == fields.length) {
        fields = Arrays.copyOf(fields, 2 * count);
      }
      fields[count++] = ((long) WireReader.number(tag) << Integer.SIZE) | begin;
    }
    Arrays.sort(fields, 0, count);
    size = from;
    for (int i = 0; i < count; i++) {
      int begin = (int) fields[i];
      in.seek(begin, message.length);
      in.skip(WireReader.type(in.tag()));
      raw(message, begin, in.position() - begin);
    }
  }

  private void reserve(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
    }
  }
}
