package io.millrace.file;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.SourceRecord;
import io.millrace.io.InFlightLimit;
import io.millrace.io.SourceException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.io.Compression;
import org.apache.beam.sdk.io.FileIO.ReadableFile;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.ReadableFileCoder;
import org.apache.beam.sdk.io.fs.MetadataCoder;
import org.apache.beam.sdk.transforms.DoFn.OutputReceiver;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.values.OutputBuilder;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that are there and cannot be read to their end: each fails, and none is taken for empty.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class UnreadableFilesTest {
  private static final Contract CONTRACT =
      ContractLoader.parse(
          """
          contract: small
          version: 1
          format: json
          limits: {max_bytes: 60}
          fields:
            id: {type: string, required: true}
            at: {type: timestamp, format: epoch_ms, required: true}
          event_time: {field: at, out_of_orderness: 10s}
          identity: [id, at]
          unknown_fields: {column: extra, as: json}
          tables:
            normal: {name: n, columns: [id, at, extra]}
            error: {name: e, columns: [id, at, extra]}
            late: {name: l, columns: [id, at, extra]}
            dead_letters: {name: d}
          """,
          "small.yaml");

  private static final byte[] LINES = "one\ntwo\nthree\n".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path directory;

  /** The lines of a file, as {@link ReadLinesFn} reads them. */
  private static List<String> read(Path file) {
    ReadLinesFn reader =
        new ReadLinesFn(
            CONTRACT,
            () -> Instant.parse("2026-06-01T00:00:00Z").toEpochMilli(),
            InFlightLimit.NONE,
            ReadListener.Limit.DEFAULT);
    reader.setUp();
    List<String> lines = new ArrayList<>();
    read(reader, readable(file), lines);
    return lines;
  }

  private static void read(ReadLinesFn reader, ReadableFile file, List<String> lines) {
    reader.read(
        file,
        new LineRangeTracker(reader.wholeFile(file), LineReader.isSeekable(file)),
        new Lines(lines));
  }

  @SuppressWarnings("EnumOrdinal") // as Beam's coder writes it
  private static ReadableFile readable(Path file) {
    try {
      // There is no other way to make one outside of Beam.
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      MetadataCoder.of().encode(FileSystems.matchSingleFileSpec(file.toString()), bytes);
      VarIntCoder.of().encode(Compression.detect(file.toString()).ordinal(), bytes);
      return CoderUtils.decodeFromByteArray(ReadableFileCoder.of(), bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String failure(Path file) {
    return assertThrows(SourceException.class, () -> fail("read " + read(file))).getMessage();
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(directory.resolve(name), bytes);
  }

  private static byte[] compressed(String kind, byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream compress = compress(kind, out)) {
      compress.write(bytes);
    }
    return out.toByteArray();
  }

  private static OutputStream compress(String kind, OutputStream out) throws IOException {
    return switch (kind) {
      case "gz" -> new GZIPOutputStream(out);
      case "bz2" -> new BZip2CompressorOutputStream(out);
      case "deflate" -> new DeflaterOutputStream(out);
      case "zip" -> {
        ZipOutputStream zip = new ZipOutputStream(out);
        zip.putNextEntry(new ZipEntry("a.jsonl"));
        yield zip;
      }
      default -> throw new IllegalArgumentException(kind);
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"gz", "bz2", "deflate", "zip"})
  void whatIsWholeIsRead(String kind) throws IOException {
    Path file = write("a." + kind, compressed(kind, LINES));
    assertThat(read(file), contains("one", "two", "three"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gz", "bz2", "deflate", "zip"})
  void namedLikeACompressedFileAndNone(String kind) throws IOException {
    Path file = write("a." + kind, LINES);
    assertThat(failure(file), startsWith("file " + file + " cannot be read after line 0: "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gz", "bz2", "deflate", "zip"})
  void emptyAndNamedLikeACompressedFile(String kind) throws IOException {
    Path file = write("a." + kind, new byte[0]);
    assertThat(failure(file), startsWith("file " + file + " cannot be read after line 0: "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gz", "bz2", "deflate", "zip"})
  void cutOffAnywhere(String kind) throws IOException {
    byte[] whole = compressed(kind, LINES);
    for (int length = 0; length < whole.length; length++) {
      Path file = write("a." + kind, Arrays.copyOf(whole, length));
      assertThat(failure(file), startsWith("file " + file + " cannot be read after line "));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gz", "bz2", "deflate"})
  void followedBySomethingElse(String kind) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(compressed(kind, LINES));
    bytes.write("what is this?".repeat(10).getBytes(StandardCharsets.UTF_8));
    Path file = write("a." + kind, bytes.toByteArray());
    assertThat(failure(file), startsWith("file " + file + " cannot be read after line "));
  }

  /** As `cat` and parallel compressors make them. */
  @ParameterizedTest
  @ValueSource(strings = {"gz", "bz2"})
  void allMembersOfAFileAreRead(String kind) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(compressed(kind, "one\ntw".getBytes(StandardCharsets.UTF_8)));
    bytes.write(compressed(kind, "o\nthree".getBytes(StandardCharsets.UTF_8)));
    bytes.write(compressed(kind, new byte[0]));
    Path file = write("a." + kind, bytes.toByteArray());
    assertThat(read(file), contains("one", "two", "three"));
    byte[] cut = Arrays.copyOf(bytes.toByteArray(), bytes.size() - 1);
    assertThat(failure(write("b." + kind, cut)), containsString("cannot be read"));
  }

  /** A file in a zip is a file: its last line ends with it. */
  @Test
  void allFilesOfAZipAreRead() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String text : new String[] {"one", "", "two\n", "three"}) {
        zip.putNextEntry(new ZipEntry("logs/" + text.strip() + ".jsonl"));
        zip.write(text.getBytes(StandardCharsets.UTF_8));
      }
      zip.putNextEntry(new ZipEntry("logs/empty/"));
    }
    assertThat(read(write("a.zip", bytes.toByteArray())), contains("one", "two", "three"));
    byte[] damaged = bytes.toByteArray();
    int at = new String(damaged, StandardCharsets.ISO_8859_1).indexOf("three.jsonl") + 12;
    damaged[at] ^= 1;
    assertThat(failure(write("b.zip", damaged)), containsString("cannot be read after line "));
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    joined.write(compressed("zip", LINES));
    joined.write(bytes.toByteArray());
    // Its directory names the files of the second one only.
    assertThat(
        failure(write("c.zip", joined.toByteArray())),
        containsString("extra bytes before the first file of the zip"));
  }

  /** Blanks that compress a thousand to one, with and without ends of lines. */
  @ParameterizedTest
  @ValueSource(strings = {" ", "\n"})
  void expandsWithoutARecord(String blank) throws IOException {
    byte[] blanks = blank.repeat(4 << 20).getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    lines.write(LINES);
    lines.write(blanks);
    Path file = write("a.gz", compressed("gz", lines.toByteArray()));
    ReadLinesFn reader =
        new ReadLinesFn(
            CONTRACT, () -> 0, InFlightLimit.NONE, new ReadListener.Limit(2 << 20, 100));
    reader.setUp();
    List<String> read = new ArrayList<>();
    SourceException e =
        assertThrows(SourceException.class, () -> read(reader, readable(file), read));
    assertThat(read, contains("one", "two", "three"));
    assertThat(e.getMessage(), startsWith("file " + file + " cannot be read after line "));
    assertThat(
        e.getMessage(),
        containsString(
            "expands to more than 2 MiB, more than 100 times its size, without an event"));
    // As many blanks in a file as large as they are, and between events, are no more than blanks.
    assertThat(readWithin(write("b.jsonl", lines.toByteArray()), 2 << 20) >= 3, is(true));
    ByteArrayOutputStream often = new ByteArrayOutputStream();
    for (int i = 0; i < 8; i++) {
      often.write(blanks, 0, 1 << 20);
      often.write(LINES);
    }
    assertThat(
        readWithin(write("c.gz", compressed("gz", often.toByteArray())), 2 << 20) >= 8, is(true));
  }

  private static int readWithin(Path file, long mostBytes) {
    ReadLinesFn reader =
        new ReadLinesFn(
            CONTRACT, () -> 0, InFlightLimit.NONE, new ReadListener.Limit(mostBytes, 100));
    reader.setUp();
    List<String> lines = new ArrayList<>();
    read(reader, readable(file), lines);
    return lines.size();
  }

  @Test
  void noFilesOfLines() throws Exception {
    Path pipe = directory.resolve("pipe");
    assertThat(
        new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start().waitFor(), equalTo(0));
    for (Path path : List.of(Path.of("/dev/zero"), Path.of("/dev/null"), pipe)) {
      assertThat(
          failure(path),
          containsString("file " + path + " cannot be read after line 0: not a regular file"));
    }
  }

  @Test
  void goneSinceItWasFound() throws IOException {
    Path file = write("a.jsonl", LINES);
    ReadableFile found = readable(file);
    Files.delete(file);
    ReadLinesFn reader =
        new ReadLinesFn(CONTRACT, () -> 0, InFlightLimit.NONE, ReadListener.Limit.DEFAULT);
    reader.setUp();
    SourceException e =
        assertThrows(SourceException.class, () -> read(reader, found, new ArrayList<>()));
    assertThat(
        e.getMessage(), equalTo("file " + file + " cannot be read after line 0: it was deleted"));
  }

  private record Lines(List<String> lines) implements OutputReceiver<SourceRecord> {
    @Override
    public OutputBuilder<SourceRecord> builder(SourceRecord value) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void outputWithTimestamp(SourceRecord record, org.joda.time.Instant timestamp) {
      lines.add(new String(record.value(), StandardCharsets.UTF_8));
    }
  }
}
