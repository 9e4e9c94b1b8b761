package io.millrace.file;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.apache.beam.sdk.io.Compression;
import org.apache.beam.sdk.io.FileIO.ReadableFile;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * The bytes of a file, decompressed by its file name extension. A file with another format,
 * incomplete data or trailing bytes fails with an {@link IOException}. Beam's decompression would
 * read such a file as plain text, or an incomplete zip as one with fewer files.
 *
 * <p>Not thread-safe.
 */
final class FileContent extends FilterInputStream {
  private static final int BUFFER_BYTES = 1 << 16;

  /** Counts the bytes read from a file before decompression. */
  private static final class Counting extends FilterInputStream {
    private long count;

    Counting(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int b = in.read();
      count += b < 0 ? 0 : 1;
      return b;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      int read = in.read(bytes, from, length);
      count += Math.max(0, read);
      return read;
    }

    @Override
    public long skip(long bytes) throws IOException {
      long skipped = in.skip(bytes);
      count += skipped;
      return skipped;
    }
  }

  private final Counting raw;
  private final boolean compressed;

  private FileContent(InputStream in, Counting raw, boolean compressed) {
    super(in);
    this.raw = raw;
    this.compressed = compressed;
  }

  /**
   * Opens a file at a position in its decompressed bytes.
   *
   * @param position bytes to skip; free for an uncompressed file
   */
  static FileContent open(ReadableFile file, long position) throws IOException {
    Path path = Path.of(file.getMetadata().resourceId().toString());
    // Opening a pipe blocks until there is a writer, and a device may never end.
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new IOException("not a regular file");
    }
    if (file.getCompression() == Compression.UNCOMPRESSED) {
      SeekableByteChannel channel = Files.newByteChannel(path);
      Counting raw = new Counting(Channels.newInputStream(channel.position(position)));
      return new FileContent(raw, raw, false);
    }
    Counting raw = new Counting(Files.newInputStream(path));
    FileContent content;
    try {
      content = new FileContent(decompress(file.getCompression(), path, raw), raw, true);
    } catch (IOException e) {
      raw.close();
      throw e;
    }
    try {
      content.in.skipNBytes(position);
      return content;
    } catch (IOException e) {
      content.close();
      throw e;
    }
  }

  private static InputStream decompress(Compression kind, Path path, Counting raw)
      throws IOException {
    PushbackInputStream bytes = new PushbackInputStream(raw, BUFFER_BYTES);
    int first = bytes.read();
    if (first < 0) {
      throw new EOFException();
    }
    bytes.unread(first);
    return switch (kind) {
      case GZIP ->
          GzipCompressorInputStream.builder()
              .setInputStream(bytes)
              .setDecompressConcatenated(true)
              .get();
      case BZIP2 -> new BZip2CompressorInputStream(bytes, true);
      case DEFLATE -> new Inflating(bytes);
      case ZIP -> ZippedFiles.open(path, raw);
      case ZSTD -> Channels.newInputStream(kind.readDecompressed(Channels.newChannel(bytes)));
      default ->
          throw new IOException("this compression is not supported; decompress the file first");
    };
  }

  /** A zlib stream that must end at the end of the file. */
  private static final class Inflating extends InflaterInputStream {
    private final PushbackInputStream bytes;

    Inflating(PushbackInputStream bytes) {
      super(bytes, new Inflater(), BUFFER_BYTES);
      this.bytes = bytes;
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
      int read = super.read(to, from, length);
      if (read < 0 && (inf.getRemaining() > 0 || bytes.read() >= 0)) {
        throw new IOException("it has extra bytes after its compressed data");
      }
      return read;
    }

    @Override
    public void close() throws IOException {
      inf.end();
      super.close();
    }
  }

  /** Bytes read from the file before decompression, including read-ahead. */
  long rawBytes() {
    return raw.count;
  }

  boolean isCompressed() {
    return compressed;
  }
}
