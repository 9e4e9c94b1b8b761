package io.millrace.file;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.function.LongConsumer;
import org.apache.beam.sdk.io.Compression;
import org.apache.beam.sdk.io.FileIO.ReadableFile;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads the lines of a file as bytes. A line ends with {@code \n} or {@code \r\n}, which is not
 * part of it; the last line may lack it. Bytes are not interpreted.
 *
 * <p>A long line is truncated, so memory is bounded for any file.
 */
final class LineReader implements Closeable {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int FIRST_LINE_BYTES = 1 << 12;

  private final InputStream in;
  private final @Nullable ReadListener listener;
  private final int keep;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int from;
  private int to;
  private byte[] line = new byte[FIRST_LINE_BYTES];
  private long position;
  private long recordEnd;
  private long filled;

  /**
   * Reads lines from a stream.
   *
   * @param position position of the stream's first byte in the file
   * @param keep most bytes of a line to keep, less than {@link Integer#MAX_VALUE}
   */
  LineReader(InputStream in, long position, int keep) {
    this(in, position, position, keep, null);
  }

  private LineReader(
      InputStream in, long position, long recordEnd, int keep, @Nullable ReadListener listener) {
    this.in = in;
    this.position = position;
    this.recordEnd = recordEnd;
    this.filled = position;
    this.keep = keep;
    this.listener = listener;
  }

  /**
   * Opens a file at a position and decompresses it by its file name extension. Fails if the file
   * exceeds the expansion limit.
   *
   * @param progress receives the number of bytes read
   */
  static LineReader open(
      ReadableFile file,
      FilePosition position,
      int keep,
      ReadListener.Limit limit,
      LongConsumer progress)
      throws IOException {
    FileContent content = FileContent.open(file, position.recordBytes());
    try {
      ReadListener listener = new ReadListener(content, limit, progress);
      content.skipNBytes(position.bytes() - position.recordBytes());
      return new LineReader(content, position.bytes(), position.recordBytes(), keep, listener);
    } catch (IOException e) {
      content.close();
      throw e;
    }
  }

  /** Whether reading can begin at any position without a cost. */
  static boolean isSeekable(ReadableFile file) {
    return file.getMetadata().isReadSeekEfficient()
        && file.getCompression() == Compression.UNCOMPRESSED;
  }

  /** The next line, truncated if it is too long; null after the last one. */
  byte @Nullable [] next() throws IOException {
    // One extra byte, which may be the \\r of a line that just fits.
    int most = keep + 1;
    long length = 0;
    while (true) {
      if (from == to && !fill()) {
        return length == 0 ? null : record(Arrays.copyOf(line, (int) Math.min(length, keep)));
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
        return record(
            Arrays.copyOf(line, (int) Math.min(carriageReturn ? length - 1 : length, keep)));
      }
    }
  }

  private byte[] record(byte[] line) {
    if (line.length > 0) {
      recordEnd = position;
      if (listener != null) {
        listener.record();
      }
    }
    return line;
  }

  long position() {
    return position;
  }

  private boolean fill() throws IOException {
    int read = in.read(buffer);
    while (read == 0) {
      // A read of zero bytes is not the end of a channel.
      read = in.read(buffer);
    }
    from = 0;
    to = Math.max(0, read);
    filled += to;
    if (to > 0 && listener != null) {
      listener.read(to, filled - recordEnd);
    }
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
    if (listener != null) {
      listener.close();
    }
    in.close();
  }
}
