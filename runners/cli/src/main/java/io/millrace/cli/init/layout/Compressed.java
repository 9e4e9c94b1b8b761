package io.millrace.cli.init.layout;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.util.zip.GZIPInputStream;
import org.apache.beam.sdk.io.Compression;

/** Recognizes and expands bytes that are gzip or Zstandard. */
public final class Compressed {
  private Compressed() {}

  /** {@code gzip}, {@code zstd}, or empty. */
  static String kind(byte[] bytes) {
    if (bytes.length > 2 && (bytes[0] & 0xff) == 0x1f && (bytes[1] & 0xff) == 0x8b) {
      return "gzip";
    }
    boolean zstd =
        bytes.length > 4
            && (bytes[0] & 0xff) == 0x28
            && (bytes[1] & 0xff) == 0xb5
            && (bytes[2] & 0xff) == 0x2f
            && (bytes[3] & 0xff) == 0xfd;
    return zstd ? "zstd" : "";
  }

  /** The content of a stream, expanded if it is compressed. */
  public static InputStream open(InputStream raw) throws IOException {
    BufferedInputStream in = new BufferedInputStream(raw);
    in.mark(8);
    byte[] first = in.readNBytes(5);
    in.reset();
    return switch (kind(first)) {
      case "gzip" -> new GZIPInputStream(in);
      case "zstd" ->
          Channels.newInputStream(Compression.ZSTD.readDecompressed(Channels.newChannel(in)));
      default -> in;
    };
  }

  /**
   * Expands a value.
   *
   * @throws IOException if it is corrupt or larger than the limit
   */
  static byte[] expand(byte[] value, int most) throws IOException {
    try (InputStream in = open(new ByteArrayInputStream(value))) {
      byte[] expanded = in.readNBytes(most + 1);
      if (expanded.length > most) {
        throw new IOException("too large");
      }
      return expanded;
    }
  }
}
