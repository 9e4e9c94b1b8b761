package io.millrace.parquet;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.apache.parquet.bytes.ByteBufferAllocator;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;

/**
 * Compresses pages by Zstandard, one after the other. Its memory is used again for each page and
 * each file: a page is as large as what G1 allocates apart from all else, and what it would free
 * only by marking the heap. Not thread-safe.
 *
 * <p>Memory: the largest page and its compressed form, at most {@value #MOST_KEPT} bytes of each
 * between two files.
 */
public final class PageCompressor implements AutoCloseable {
  private static final int MOST_KEPT = 4 << 20;

  /** Fast: a higher level costs twice the time for a tenth of the bytes. */
  private static final int LEVEL = 1;

  private final ZstdCompressCtx compressor = new ZstdCompressCtx().setLevel(LEVEL);
  private final Plain plain = new Plain();
  private byte[] compressed = {};
  private int length;

  /** Memory for the bytes of one page. */
  private static final class Plain implements ByteBufferAllocator {
    private byte[] bytes = {};

    @Override
    public ByteBuffer allocate(int size) {
      if (bytes.length < size) {
        bytes = new byte[size];
      }
      return ByteBuffer.wrap(bytes, 0, size);
    }

    @Override
    public void release(ByteBuffer used) {}

    @Override
    public boolean isDirect() {
      return false;
    }
  }

  /** Compresses a page. Returns its header, with both lengths. */
  PageHeader compress(BytesInput page, PageType type) {
    ByteBuffer bytes = page.toByteBuffer(plain, released -> {});
    int plainLength = bytes.remaining();
    int bound = Math.toIntExact(Zstd.compressBound(plainLength));
    if (compressed.length < bound) {
      compressed = new byte[bound];
    }
    length =
        compressor.compressByteArray(
            compressed,
            0,
            compressed.length,
            bytes.array(),
            bytes.arrayOffset() + bytes.position(),
            plainLength);
    return new PageHeader(type, plainLength, length);
  }

  /** Writes the latest page. */
  void writeTo(ByteArrayOutputStream out) {
    out.write(compressed, 0, length);
  }

  /** Frees the memory of uncommonly large pages. Called after each file. */
  void shrink() {
    if (plain.bytes.length > MOST_KEPT) {
      plain.bytes = new byte[0];
    }
    if (compressed.length > MOST_KEPT) {
      compressed = new byte[0];
    }
  }

  @Override
  public void close() {
    compressor.close();
  }
}
