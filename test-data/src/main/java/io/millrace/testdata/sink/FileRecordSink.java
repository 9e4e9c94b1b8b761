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
 * Writes the values of the records as JSON Lines, in place of any file there.
 *
 * <p>A line cannot hold a record without a value, and readers skip empty lines: {@link
 * MalformedKind#TOMBSTONE} and {@link MalformedKind#EMPTY} are not generated for a file. Every
 * other value is free of line breaks. Lines are not always UTF-8, which is one of the kinds.
 *
 * <p>A file has no keys, headers, partitions or record times. Without record times nothing tells a
 * reader that an event is late: generate for a file with {@code late} 0, unless its reader has a
 * clock of its own.
 */
public final class FileRecordSink implements RecordSink {
  private final Path file;
  private final OutputStream out;

  /**
   * Opens the file.
   *
   * @throws UncheckedIOException when it cannot be written; so do the methods
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
          "record " + record.entry().n() + " does not fit in a line");
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
