package io.millrace.local.clickhouse.facade;

import com.clickhouse.data.ClickHouseCityHash;
import java.io.EOFException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;

/**
 * ClickHouse's block compression for {@code compress=1} and {@code decompress=1}. A block is a
 * 16-byte checksum (CityHash128 1.0.2), one byte for the method, compressed and uncompressed size,
 * and the payload. Supports the methods LZ4 and NONE.
 */
final class CompressedBlocks {
  private static final int CHECKSUM = 16;
  private static final int HEADER = 9;
  private static final byte LZ4 = (byte) 0x82;
  private static final byte NONE = 0x02;

  /** Bounds the heap; a server's limit, DBMS_MAX_COMPRESSED_SIZE, is 1 GiB. */
  private static final int MAX_BLOCK = 128 << 20;

  private CompressedBlocks() {}

  static InputStream reader(InputStream blocks) {
    return new Reader(blocks);
  }

  static OutputStream writer(OutputStream blocks) {
    return new Writer(blocks);
  }

  private static final class Reader extends InputStream {
    private final InputStream blocks;
    private byte[] block = new byte[0];
    private int position;

    Reader(InputStream blocks) {
      this.blocks = blocks;
    }

    @Override
    public int read() throws IOException {
      return fill() ? block[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (!fill()) {
        return -1;
      }
      int count = Math.min(length, block.length - position);
      System.arraycopy(block, position, target, offset, count);
      position += count;
      return count;
    }

    private boolean fill() throws IOException {
      while (position == block.length) {
        byte[] checksum = blocks.readNBytes(CHECKSUM);
        if (checksum.length == 0) {
          return false;
        }
        byte[] header = blocks.readNBytes(HEADER);
        if (checksum.length < CHECKSUM || header.length < HEADER) {
          throw new EOFException("the last compressed block is cut off");
        }
        block = decompress(checksum, header);
        position = 0;
      }
      return true;
    }

    // The client deprecates its hash for outside use; its own streams still check with it.
    @SuppressWarnings("deprecation")
    private byte[] decompress(byte[] checksum, byte[] header) throws IOException {
      ByteBuffer sizes = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
      byte method = sizes.get();
      int compressedSize = sizes.getInt();
      int size = sizes.getInt();
      if (compressedSize < HEADER || compressedSize > MAX_BLOCK || size < 0 || size > MAX_BLOCK) {
        throw ServerError.of(
            271,
            "CANNOT_DECOMPRESS",
            "Not a compressed block, or one of more than "
                + MAX_BLOCK
                + " bytes: is the body compressed at all?");
      }
      byte[] whole = new byte[compressedSize];
      System.arraycopy(header, 0, whole, 0, HEADER);
      if (blocks.readNBytes(whole, HEADER, compressedSize - HEADER) < compressedSize - HEADER) {
        throw new EOFException("the last compressed block is cut off");
      }
      long[] hash = ClickHouseCityHash.cityHash128(whole, 0, compressedSize);
      ByteBuffer expected = ByteBuffer.wrap(checksum).order(ByteOrder.LITTLE_ENDIAN);
      if (expected.getLong() != hash[0] || expected.getLong() != hash[1]) {
        throw ServerError.of(40, "CHECKSUM_DOESNT_MATCH", "Checksum doesn't match: corrupted data");
      }
      byte[] data = new byte[size];
      if (method == NONE) {
        if (compressedSize - HEADER != size) {
          throw ServerError.of(271, "CANNOT_DECOMPRESS", "Sizes of a stored block differ");
        }
        System.arraycopy(whole, HEADER, data, 0, size);
      } else if (method == LZ4) {
        try {
          LZ4Factory.fastestInstance()
              .safeDecompressor()
              .decompress(whole, HEADER, compressedSize - HEADER, data, 0, size);
        } catch (LZ4Exception e) {
          throw ServerError.of(271, "CANNOT_DECOMPRESS", "Cannot decompress an LZ4 block");
        }
      } else {
        throw ServerError.of(
            89,
            "UNKNOWN_COMPRESSION_METHOD",
            "Compression method 0x%02x is not supported here: use LZ4 or NONE".formatted(method));
      }
      return data;
    }

    @Override
    public void close() throws IOException {
      blocks.close();
    }
  }

  private static final class Writer extends FilterOutputStream {
    private static final int BLOCK = 1 << 18;

    private final LZ4Compressor compressor = LZ4Factory.fastestInstance().fastCompressor();
    private final byte[] data = new byte[BLOCK];
    private final byte[] whole = new byte[HEADER + compressor.maxCompressedLength(BLOCK)];
    private int size;

    Writer(OutputStream blocks) {
      super(blocks);
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      int from = offset;
      int left = length;
      while (left > 0) {
        int count = Math.min(left, BLOCK - size);
        System.arraycopy(source, from, data, size, count);
        size += count;
        from += count;
        left -= count;
        if (size == BLOCK) {
          writeBlock();
        }
      }
    }

    @SuppressWarnings("deprecation") // As above
    private void writeBlock() throws IOException {
      if (size == 0) {
        return;
      }
      int length = HEADER + compressor.compress(data, 0, size, whole, HEADER);
      ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).put(LZ4).putInt(length).putInt(size);
      long[] hash = ClickHouseCityHash.cityHash128(whole, 0, length);
      ByteBuffer checksum = ByteBuffer.allocate(CHECKSUM).order(ByteOrder.LITTLE_ENDIAN);
      checksum.putLong(hash[0]).putLong(hash[1]);
      out.write(checksum.array());
      out.write(whole, 0, length);
      size = 0;
    }

    @Override
    public void flush() throws IOException {
      writeBlock();
      super.flush();
    }
  }
}
