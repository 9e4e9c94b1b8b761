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
 * The manifest file: JSON Lines in UTF-8, one {@link ManifestEntry} a line in the order of sending
 * and a last line {@code {"summary":{…}}} with the {@link ManifestTotals}. A file whose name ends
 * in {@code .gz} is compressed. A line has about 560 bytes.
 */
public final class Manifest {
  private static final int BUFFER = 1 << 16;

  private Manifest() {}

  /**
   * Starts a manifest, in place of any file there.
   *
   * @throws UncheckedIOException when the file cannot be written; so do the writer's methods
   */
  public static Writer write(Path file) {
    return new Writer(file);
  }

  /**
   * Reads a manifest entry by entry, in constant memory.
   *
   * <p>A file without a summary, as a killed writer leaves it, is read up to its last whole line,
   * and the totals say that it is not complete.
   *
   * @return the totals, counted and compared with the summary
   * @throws IllegalArgumentException when a line is no entry or the summary does not agree with the
   *     entries, with the file and the line's number
   * @throws UncheckedIOException when the file cannot be read
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

  /** The totals of a manifest; reads it all. */
  public static ManifestTotals totals(Path file) {
    return read(file, entry -> {});
  }

  private static BufferedReader open(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    try {
      InputStream plain = compressed(file) ? new UpToTheTear(new GZIPInputStream(in, BUFFER)) : in;
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
    ManifestTotals told = ManifestJson.totals(summary);
    ManifestTotals counted = counter.totals(told.unconfirmed(), true);
    if (!told.equals(counted)) {
      throw new IllegalArgumentException(
          file + ": the summary says " + told + ", the entries are " + counted);
    }
    if (next != null) {
      throw new IllegalArgumentException(file + ": a line follows the summary");
    }
    return told;
  }

  private static boolean compressed(Path file) {
    return file.toString().endsWith(".gz");
  }

  /** Writes a manifest as the records are sent. Not for use by several threads. */
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

    /** Adds a line. */
    public void add(ManifestEntry entry) {
      try {
        ManifestJson.write(entry, json);
        counter.add(entry);
      } catch (IOException e) {
        throw failed(e);
      }
    }

    /** Hands all lines so far to the operating system: what a killed process leaves behind. */
    public void flush() {
      try {
        json.flush();
        out.flush();
      } catch (IOException e) {
        throw failed(e);
      }
    }

    /** Tells how many records were given to the sink, but are not in the manifest. */
    public void unconfirmed(long records) {
      unconfirmed = records;
    }

    /** The totals so far. */
    public ManifestTotals totals() {
      return counter.totals(unconfirmed, closed);
    }

    /** Writes the summary and closes the file; a second time does nothing. */
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

  /** Ends where a compressed file that was never closed ends, instead of failing there. */
  private static final class UpToTheTear extends FilterInputStream {
    UpToTheTear(InputStream in) {
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

  /** The level of a compressor can only be set from inside. */
  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(OutputStream out) throws IOException {
      super(out, BUFFER, true);
      // Half of a line are hashes: more effort would cost much and save nothing.
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}
