package io.millrace.decode;

import io.millrace.event.DeadLetterCode;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Expands gzip of one or several members (RFC 1952), with all its checks: header, checksum, length,
 * and nothing after the last member. Not thread-safe.
 */
final class GzipExpander {
  private static final byte[] NO_BYTES = {};
  private static final int MAGIC = 0x8b1f;
  private static final int DEFLATE = 8;
  private static final int HEADER_BYTES = 10;
  private static final int TRAILER_BYTES = 8;

  private static final int HEADER_CHECKSUM = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int RESERVED = 0xe0;

  /** No deflated byte stands for more; larger claims need not be believed. */
  private static final int MOST_GROWTH = 1032;

  private final int maxBytes;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 checksum = new CRC32();
  private final byte[] oneMore = new byte[1];
  private byte[] out = NO_BYTES;
  private int size;

  /**
   * Creates an expander.
   *
   * @param maxBytes the most bytes that it expands to
   */
  GzipExpander(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * Expands bytes.
   *
   * @throws DecodeException if they are no complete gzip ({@code corrupt_compression}), or expand
   *     beyond the limit ({@code too_large})
   */
  byte[] expand(byte[] in) throws DecodeException {
    try {
      // The length of the last member is mostly that of all.
      int claimed = in.length < Integer.BYTES ? 0 : int32(in, in.length - Integer.BYTES);
      out = new byte[Expansion.capacity(claimed & 0xffff_ffffL, in.length, MOST_GROWTH, maxBytes)];
      size = 0;
      int at = 0;
      do {
        at = member(in, at);
      } while (at < in.length);
      return size == out.length ? out : Arrays.copyOf(out, size);
    } catch (DataFormatException e) {
      throw corrupt("expected deflated bytes");
    } finally {
      out = NO_BYTES;
    }
  }

  /** Expands the member at an index; gives where it ends. */
  private int member(byte[] in, int start) throws DecodeException, DataFormatException {
    int from = header(in, start);
    int before = size;
    inflater.reset();
    inflater.setInput(in, from, in.length - from);
    while (!inflater.finished()) {
      int length = inflater.inflate(out, size, out.length - size);
      size += length;
      if (length > 0 || inflater.finished()) {
        continue;
      }
      if (size == out.length && inflater.inflate(oneMore) == 1) {
        out = Expansion.grow(out, maxBytes);
        out[size++] = oneMore[0];
      } else if (!inflater.finished()) {
        throw corrupt("the bytes end before they are complete");
      }
    }
    int at = in.length - inflater.getRemaining();
    if (in.length - at < TRAILER_BYTES) {
      throw corrupt("the bytes end before they are complete");
    }
    checksum.reset();
    checksum.update(out, before, size - before);
    if (int32(in, at) != (int) checksum.getValue()
        || int32(in, at + Integer.BYTES) != size - before) {
      throw corrupt("expected another checksum or length");
    }
    return at + TRAILER_BYTES;
  }

  /** Where the deflated bytes of the member at an index begin. */
  private int header(byte[] in, int start) throws DecodeException {
    if (in.length - start < HEADER_BYTES) {
      throw corrupt("the bytes end before they are complete");
    }
    int flags = in[start + 3];
    if (int16(in, start) != MAGIC || in[start + 2] != DEFLATE || (flags & RESERVED) != 0) {
      throw corrupt("byte " + start + ": expected a gzip header");
    }
    int at = start + HEADER_BYTES;
    if ((flags & EXTRA) != 0) {
      at += at + 2 <= in.length ? 2 + int16(in, at) : 2;
    }
    for (int flag = NAME; flag <= COMMENT; flag += NAME) {
      if ((flags & flag) != 0) {
        while (at < in.length && in[at] != 0) {
          at++;
        }
        at++;
      }
    }
    if ((flags & HEADER_CHECKSUM) != 0 && at + 2 <= in.length) {
      checksum.reset();
      checksum.update(in, start, at - start);
      if (int16(in, at) != (checksum.getValue() & 0xffff)) {
        throw corrupt("byte " + at + ": expected another checksum of the header");
      }
      at += 2;
    }
    if (at >= in.length) {
      throw corrupt("the bytes end before they are complete");
    }
    return at;
  }

  private static DecodeException corrupt(String message) {
    return new DecodeException(DeadLetterCode.CORRUPT_COMPRESSION, "gzip: " + message);
  }

  private static int int16(byte[] in, int at) {
    return (in[at] & 0xff) | (in[at + 1] & 0xff) << Byte.SIZE;
  }

  private static int int32(byte[] in, int at) {
    return int16(in, at) | int16(in, at + 2) << Short.SIZE;
  }
}
