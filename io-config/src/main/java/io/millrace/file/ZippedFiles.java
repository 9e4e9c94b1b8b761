package io.millrace.file;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.zip.CRC32;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads the files in a zip in sequence. Adds a missing {@code \n} to the last line of each. The
 * list of files comes from the zip's directory, so an incomplete zip cannot be opened. Sizes and
 * checksums must match the directory.
 */
final class ZippedFiles extends InputStream {
  private final ZipFile zip;
  private final Iterator<ZipArchiveEntry> entries;
  private final InputStream raw;
  private final CRC32 checksum = new CRC32();
  private final byte[] one = new byte[1];
  private @Nullable ZipArchiveEntry entry;
  private @Nullable InputStream in;
  private long size;
  private boolean lineEnded = true;

  private ZippedFiles(ZipFile zip, InputStream raw) {
    this.zip = zip;
    this.raw = raw;
    this.entries = zip.getEntriesInPhysicalOrder().asIterator();
  }

  /**
   * Opens a zip.
   *
   * @param raw counts raw bytes: is skipped by the compressed size of each file, and closed with
   *     the zip
   */
  static ZippedFiles open(Path path, InputStream raw) throws IOException {
    ZipFile zip = ZipFile.builder().setPath(path).get();
    if (zip.getFirstLocalFileHeaderOffset() != 0) {
      zip.close();
      throw new ZipException("extra bytes before the first file of the zip");
    }
    return new ZippedFiles(zip, raw);
  }

  @Override
  public int read() throws IOException {
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] to, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (true) {
      if (in == null && !next()) {
        return -1;
      }
      int read = in.read(to, from, length);
      if (read > 0) {
        checksum.update(to, from, read);
        size += read;
        lineEnded = to[from + read - 1] == '\n';
        return read;
      }
      if (read < 0) {
        endEntry();
        if (!lineEnded) {
          lineEnded = true;
          to[from] = '\n';
          return 1;
        }
      }
    }
  }

  private boolean next() throws IOException {
    while (entries.hasNext()) {
      entry = entries.next();
      if (!entry.isDirectory()) {
        in = zip.getInputStream(entry);
        checksum.reset();
        size = 0;
        raw.skip(entry.getCompressedSize());
        return true;
      }
    }
    return false;
  }

  private void endEntry() throws IOException {
    in.close();
    in = null;
    if (size < entry.getSize()) {
      throw new EOFException();
    }
    if (size != entry.getSize() || checksum.getValue() != entry.getCrc()) {
      throw new ZipException("a file in the zip is damaged: its checksum does not match");
    }
  }

  @Override
  public void close() throws IOException {
    try (raw;
        zip) {
      if (in != null) {
        in.close();
      }
    }
  }
}
