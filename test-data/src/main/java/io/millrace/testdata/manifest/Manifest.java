package io.millrace.testdata.manifest;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The manifest file: JSON Lines in UTF-8. Each line holds a {@link ManifestEntry}, in the order of
 * sending. The last line {@code {"summary":{…}}} holds the {@link ManifestTotals}. A file whose
 * name ends in {@code .gz} is compressed. A line has about 560 bytes.
 */
public final class Manifest {
  private static final int BUFFER = 1 << 16;

  private Manifest() {}

  /**
   * Creates a manifest or overwrites an existing file.
   *
   * @throws UncheckedIOException if the file cannot be written, also from the writer's methods
   */
  public static Writer write(Path file) {
    return new Writer(file);
  }

  /**
   * Reads a manifest entry by entry, in constant memory.
   *
   * <p>A killed writer leaves a file without a summary. It is read up to its last complete line,
   * and its totals are not {@linkplain ManifestTotals#complete() complete}.
   *
   * @return the totals of the entries, which must equal the summary
   * @throws IllegalArgumentException with file and line number if a line is invalid or the summary
   *     does not match the entries
   * @throws UncheckedIOException if the file cannot be read
   */
  public static ManifestTotals read(Path file, Consumer<ManifestEntry> entries) {
    ManifestTotals.Counter counter = new ManifestTotals.Counter();
    try (BufferedReader lines = open(file)) {
      long number = 0;
      String line = lines.readLine();
      while (line != null) {
        number++;
        String next = lines.readLine();
        JsonNode tree = tree(file, number, line, next == null);
        if (tree == null) {
          break;
        }
        if (tree.has(ManifestJson.SUMMARY)) {
          return checked(file, counter, tree.get(ManifestJson.SUMMARY), next);
        }
        ManifestEntry entry = entry(file, number, tree);
        counter.add(entry);
        entries.accept(entry);
        line = next;
      }
      return counter.totals(0, false);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the manifest " + file, e);
    }
  }

  /** Reads all of a manifest and returns its totals. */
  public static ManifestTotals totals(Path file) {
    return read(file, entry -> {});
  }

  private static BufferedReader open(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    try {
      InputStream plain =
          compressed(file) ? new TruncatedInput(new GZIPInputStream(in, BUFFER)) : in;
      return new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8), BUFFER);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private static JsonNode tree(Path file, long number, String line, boolean last)
      throws IOException {
    try {
      return ManifestJson.tree(line);
    } catch (JsonProcessingException e) {
      if (last) {
        return null;
      }
      throw new IllegalArgumentException(file + " line " + number + ": not JSON", e);
    }
  }

  private static ManifestEntry entry(Path file, long number, JsonNode tree) {
    try {
      return ManifestJson.entry(tree);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + " line " + number + ": " + e.getMessage(), e);
    }
  }

  private static ManifestTotals checked(
      Path file, ManifestTotals.Counter counter, JsonNode summary, String next) {
    ManifestTotals expected = ManifestJson.totals(summary);
    ManifestTotals counted = counter.totals(expected.unconfirmed(), true);
    if (!expected.equals(counted)) {
      throw new IllegalArgumentException(
          file + ": the summary is " + expected + ", but the entries give " + counted);
    }
    if (next != null) {
      throw new IllegalArgumentException(file + ": a line follows the summary");
    }
    return expected;
  }

  private static boolean compressed(Path file) {
    return file.toString().endsWith(".gz");
  }

  /** Writes a manifest while the records are sent. Not thread-safe. */
  public static final class Writer implements AutoCloseable {
    private final Path file;
    private final OutputStream out;
    private final JsonGenerator json;
    private final ManifestTotals.Counter counter = new ManifestTotals.Counter();
    private long unconfirmed;
    private boolean closed;

    private Writer(Path file) {
      this.file = file;
      try {
        OutputStream bytes = Files.newOutputStream(file);
        out = compressed(file) ? new FastGzip(bytes) : new BufferedOutputStream(bytes, BUFFER);
        json = ManifestJson.generator(out);
      } catch (IOException e) {
        throw failed(e);
      }
    }

    public void add(ManifestEntry entry) {
      try {
        ManifestJson.write(entry, json);
        counter.add(entry);
      } catch (IOException e) {
        throw failed(e);
      }
    }

    /** Writes all lines so far to the operating system, so that they survive a killed process. */
    public void flush() {
      try {
        json.flush();
        out.flush();
      } catch (IOException e) {
        throw failed(e);
      }
    }

    /** Sets the number of records that were sent, but not confirmed. */
    public void unconfirmed(long records) {
      unconfirmed = records;
    }

    public ManifestTotals totals() {
      return counter.totals(unconfirmed, closed);
    }

    /** Writes the summary and closes the file. Idempotent. */
    @Override
    public void close() {
      if (closed) {
        return;
      }
      closed = true;
      try (out) {
        ManifestJson.write(totals(), json);
        json.close();
      } catch (IOException e) {
        throw failed(e);
      }
    }

    private UncheckedIOException failed(IOException cause) {
      return new UncheckedIOException("cannot write the manifest " + file, cause);
    }
  }

  /** Treats the end of a truncated compressed file as the end of the input. */
  private static final class TruncatedInput extends FilterInputStream {
    TruncatedInput(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      try {
        return super.read(bytes, from, length);
      } catch (EOFException e) {
        return -1;
      }
    }
  }

  /** Only a subclass can set the compression level. */
  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(OutputStream out) throws IOException {
      super(out, BUFFER, true);
      // Half of a line are hashes, which do not compress.
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}
