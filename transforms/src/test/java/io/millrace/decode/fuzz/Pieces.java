package io.millrace.decode.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Puts pieces of records together. */
final class Pieces {
  private Pieces() {}

  /** A number as Protobuf writes it: seven bits a byte. */
  static byte[] varint(long value) {
    byte[] bytes = new byte[10];
    int length = 0;
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
    return Arrays.copyOf(bytes, length);
  }

  /** The first bytes up to a place, a piece, and the bytes from another place on. */
  static byte[] join(byte[] bytes, int end, byte[] piece, int rest) {
    return concat(
        Arrays.copyOf(bytes, end),
        piece,
        Arrays.copyOfRange(bytes, Math.min(rest, bytes.length), bytes.length));
  }

  static byte[] concat(byte[]... pieces) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] piece : pieces) {
      all.writeBytes(piece);
    }
    return all.toByteArray();
  }
}
