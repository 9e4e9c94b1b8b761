package io.millrace.source;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import org.apache.beam.sdk.io.Compression;
import org.apache.beam.sdk.io.FileIO.ReadableFile;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The lines of a file as bytes. A line ends with {@code \n} or {@code \r\n}, which is not part of
 * it; the last one may lack it. Bytes are never changed or interpreted.
 *
 * <p>Of a line, only so many first bytes are kept; the rest is read over without being held. So
 * memory is bounded, whatever the file is.
 */
final class LineReader implements Closeable {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int FIRST_LINE_BYTES = 1 << 12;

  private final InputStream in;
  private final int keep;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int from;
  private int to;
  private byte[] line = new byte[FIRST_LINE_BYTES];
  private long position;

  /**
   * Reads lines from a stream.
   *
   * @param position how many bytes lie before the stream's first
   * @param keep how many bytes of a line are kept, less than {@link Integer#MAX_VALUE}
   */
  LineReader(InputStream in, long position, int keep) {
    this.in = in;
    this.position = position;
    this.keep = keep;
  }

  /** Opens a file, decompressed as its name says, at a byte after decompression. */
  static LineReader open(ReadableFile file, long position, int keep) throws IOException {
    if (isSeekable(file)) {
      SeekableByteChannel channel = file.openSeekable();
      return new LineReader(Channels.newInputStream(channel.position(position)), position, keep);
    }
    InputStream in = Channels.newInputStream(file.open());
    try {
      in.skipNBytes(position);
    } catch (IOException e) {
      in.close();
      throw e;
    }
    return new LineReader(in, position, keep);
  }

  /** Whether reading can begin anywhere in the file at no cost. */
  static boolean isSeekable(ReadableFile file) {
    return file.getMetadata().isReadSeekEfficient()
        && file.getCompression() == Compression.UNCOMPRESSED;
  }

  /** The next line, cut where it is too long; null after the last one. */
  byte @Nullable [] next() throws IOException {
    // One byte more than is kept: it may be the \r of a line that just fits.
    int most = keep + 1;
    long length = 0;
    while (true) {
      if (from == to && !fill()) {
        return length == 0 ? null : Arrays.copyOf(line, (int) Math.min(length, keep));
      }
      int end = lineEnd();
      int room = (int) Math.min(most - Math.min(length, most), end - from);
      append((int) Math.min(length, most), room);
      length += end - from;
      position += end - from;
      from = end;
      if (end < to) {
        from++;
        position++;
        boolean carriageReturn =
            length > 0 && length <= most && line[(int) length - 1] == (byte) '\r';
        return Arrays.copyOf(line, (int) Math.min(carriageReturn ? length - 1 : length, keep));
      }
    }
  }

  /** How many bytes lie before the next line. */
  long position() {
    return position;
  }

  private boolean fill() throws IOException {
    from = 0;
    to = Math.max(0, in.read(buffer));
    return to > 0;
  }

  private int lineEnd() {
    int end = from;
    while (end < to && buffer[end] != (byte) '\n') {
      end++;
    }
    return end;
  }

  private void append(int at, int count) {
    if (at + count > line.length) {
      line = Arrays.copyOf(line, (int) Math.min(2L * (at + count), keep + 1L));
    }
    System.arraycopy(buffer, from, line, at, count);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
