package io.millrace.parquet;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.format.CompressionCodec;
import org.xerial.snappy.Snappy;

/** Decompresses pages. */
final class PageBytes {
  private static final Set<CompressionCodec> SUPPORTED =
      EnumSet.of(
          CompressionCodec.UNCOMPRESSED,
          CompressionCodec.SNAPPY,
          CompressionCodec.GZIP,
          CompressionCodec.ZSTD);

  private PageBytes() {}

  static boolean isSupported(CompressionCodec codec) {
    return SUPPORTED.contains(codec);
  }

  /** The names of the codecs, for messages. */
  static String supported() {
    return SUPPORTED.stream().map(Enum::name).collect(Collectors.joining(", "));
  }

  /**
   * The plain bytes of a page.
   *
   * @param length how many there are
   * @throws RuntimeException if there are more or less, or the bytes are damaged
   */
  static byte[] plain(CompressionCodec codec, byte[] compressed, int length) {
    byte[] plain;
    try {
      plain =
          switch (codec) {
            case UNCOMPRESSED -> compressed;
            case SNAPPY -> snappy(compressed, length);
            case GZIP -> gzip(compressed, length);
            case ZSTD -> compressed.length == 0 ? compressed : Zstd.decompress(compressed, length);
            case LZO, BROTLI, LZ4, LZ4_RAW -> throw new IllegalArgumentException(codec.name());
          };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (plain.length != length) {
      throw new IllegalArgumentException("a page of another length than its header says");
    }
    return plain;
  }

  private static byte[] snappy(byte[] compressed, int length) throws IOException {
    if (compressed.length == 0) {
      return compressed;
    }
    if (Snappy.uncompressedLength(compressed) != length) {
      throw new IOException("a page of another length than its header says");
    }
    return Snappy.uncompress(compressed);
  }

  private static byte[] gzip(byte[] compressed, int length) throws IOException {
    if (compressed.length == 0) {
      return compressed;
    }
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
      return in.readNBytes(length);
    }
  }
}
