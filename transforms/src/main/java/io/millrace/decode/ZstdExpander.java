package io.millrace.decode;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.millrace.event.DeadLetterCode;
import java.lang.ref.Cleaner;
import java.util.Arrays;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Expands Zstandard of one or several frames (RFC 8878), without a dictionary. It expands in one
 * step into the result, so that no frame can ask for a large window. The native library loads with
 * the first record. Not thread-safe.
 */
final class ZstdExpander {
  /** A block of three bytes and one for its content stands for 128 KiB at most. */
  private static final int MOST_GROWTH = 1 << 15;

  /** Beyond it, a value is expanded in several attempts. */
  private static final int MOST_USUAL_GROWTH = 64;

  /** Frees the native memory of expanders that are not in use any more. */
  private static final Cleaner CLEANER = Cleaner.create();

  private final int maxBytes;
  private @Nullable ZstdDecompressCtx context;

  /** To how many bytes one of the values so far expands: room for those that do not tell. */
  private int growth = 8;

  /**
   * Creates an expander.
   *
   * @param maxBytes the most bytes that it expands to
   */
  ZstdExpander(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * Expands bytes.
   *
   * @throws DecodeException if they are no complete Zstandard ({@code corrupt_compression}), or
   *     expand beyond the limit ({@code too_large})
   */
  byte[] expand(byte[] in) throws DecodeException {
    // Of the first frame, which is mostly all; frames that were streamed do not tell.
    long claimed = Zstd.getFrameContentSize(in);
    if (claimed > maxBytes) {
      throw Expansion.tooLarge(maxBytes);
    } else if (claimed <= 0) {
      claimed = (long) growth * in.length;
    }
    byte[] out = new byte[Expansion.capacity(claimed, in.length, MOST_GROWTH, maxBytes)];
    ZstdDecompressCtx opened = context();
    while (true) {
      try {
        int length = opened.decompressByteArray(out, 0, out.length, in, 0, in.length);
        growth = Math.max(growth, Math.min(MOST_USUAL_GROWTH, length / in.length + 1));
        return length == out.length ? out : Arrays.copyOf(out, length);
      } catch (ZstdException e) {
        if (e.getErrorCode() != Zstd.errDstSizeTooSmall()) {
          throw new DecodeException(
              DeadLetterCode.CORRUPT_COMPRESSION, "zstd: expected complete frames of Zstandard");
        }
        out = new byte[Expansion.grown(out.length, maxBytes)];
      }
    }
  }

  /** The decoder's tables; it costs more to make them than to expand a small record. */
  private ZstdDecompressCtx context() {
    ZstdDecompressCtx opened = context;
    if (opened == null) {
      opened = new ZstdDecompressCtx();
      CLEANER.register(this, opened::close);
      context = opened;
    }
    return opened;
  }
}
