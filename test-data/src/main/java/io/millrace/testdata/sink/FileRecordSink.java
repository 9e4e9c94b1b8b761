package io.millrace.testdata.sink;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/**
 * Writes the values of the records as JSON Lines; overwrites an existing file.
 *
 * <p>A line cannot hold a tombstone, and readers skip empty lines. So the sink does not support
 * {@link MalformedKind#TOMBSTONE} and {@link MalformedKind#EMPTY}. Other values have no line
 * breaks. A malformed line may not be UTF-8.
 *
 * <p>A file has no keys, headers, partitions or record times. Without record times a reader cannot
 * detect late events. So generate with {@code late} 0, unless the reader has its own clock.
 */
public final class FileRecordSink implements RecordSink {
  private final Path file;
  private final OutputStream out;

  /**
   * Creates or overwrites the file.
   *
   * @throws UncheckedIOException if the file cannot be written, also from the methods
   */
  public FileRecordSink(Path file) {
    this.file = file;
    try {
      out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public int partitions() {
    return 1;
  }

  @Override
  public Set<MalformedKind> malformedKinds() {
    return EnumSet.complementOf(EnumSet.of(MalformedKind.TOMBSTONE, MalformedKind.EMPTY));
  }

  @Override
  public void send(GeneratedRecord record) {
    byte[] value = record.value();
    if (value == null || value.length == 0) {
      throw new IllegalArgumentException(
          "a file cannot hold record " + record.entry().n() + ", which has no bytes");
    }
    try {
      out.write(value);
      out.write('\n');
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private UncheckedIOException failed(IOException cause) {
    return new UncheckedIOException("cannot write " + file, cause);
  }
}
