package io.millrace.cli.init;

import io.millrace.cli.init.layout.Compressed;
import io.millrace.cli.init.layout.Sample;
import io.millrace.connectors.Connectors;
import io.millrace.event.SourceRecord;
import io.millrace.io.SampleLimits;
import io.millrace.io.SourceAddress;
import io.millrace.io.SourceException;
import io.millrace.io.flags.FlagReader;
import io.millrace.pipeline.FlagCheck;
import io.millrace.pipeline.WrongUseException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads a sample of a file, of standard input, or of a source that {@code run} reads. Leaves no
 * trace at a source.
 *
 * @param flags flags of the source, by name
 */
record SampleReader(SampleLimits limits, Map<String, String> flags) {
  private static final String STDIN = "-";
  private static final String FILE = "file://";

  /**
   * Reads a sample.
   *
   * @param from a file, {@code -}, or the URL of a source
   * @throws WrongUseException in one line for each problem
   */
  Sample read(String from) {
    boolean url = from.contains("://") && !from.startsWith(FILE);
    if (!url) {
      flags.keySet().stream()
          .findFirst()
          .ifPresent(
              flag -> {
                throw new WrongUseException(
                    "--" + flag + ": only for --from=kafka://… or pubsub://…; leave it out");
              });
    }
    try {
      return url
          ? source(from)
          : file(from.startsWith(FILE) ? from.substring(FILE.length()) : from);
    } catch (SourceException | IllegalArgumentException e) {
      // Sources name the flag of a run.
      throw new WrongUseException(String.valueOf(e.getMessage()).replace("--input", "--from"));
    }
  }

  private Sample source(String from) {
    FlagReader reader = FlagCheck.reader(flags, "");
    SourceAddress address = reader.parsed("from", from, Connectors.ALL::input);
    if (address != null) {
      address = Connectors.ALL.configure(address, reader);
    }
    if (!reader.problems().isEmpty() || address == null) {
      throw new WrongUseException(
          String.join("\n", reader.problems()).replace("--input", "--from"));
    }
    List<SourceRecord> records = address.sample(limits);
    List<byte[]> values = new ArrayList<>();
    long time = Long.MIN_VALUE;
    for (SourceRecord record : records) {
      if (record.value() != null) {
        values.add(record.value());
        time = Math.max(time, record.recordTimeMillis());
      }
    }
    List<String> notes = new ArrayList<>();
    if (from.startsWith("pubsub://")) {
      notes.add(
          "no message was acknowledged: Pub/Sub delivers all %s again now"
              .formatted(records.size()));
    }
    return new Sample(
        from,
        name(from.substring(from.lastIndexOf('/') + 1)),
        from,
        flags.entrySet().stream().map(f -> "--" + f.getKey() + "=" + f.getValue()).toList(),
        false,
        values,
        time > 0 ? time : System.currentTimeMillis(),
        false,
        notes);
  }

  private Sample file(String path) {
    boolean stdin = path.equals(STDIN);
    try {
      Path file = stdin ? Path.of("stdin") : Path.of(path);
      if (!stdin && Files.isDirectory(file)) {
        throw new WrongUseException("--from: " + path + " is a directory; expected one file");
      }
      try (InputStream raw = stdin ? System.in : Files.newInputStream(file)) {
        BoundedRead.Start start = BoundedRead.of(Compressed.open(raw), limits);
        return new Sample(
            stdin ? "standard input" : path,
            stdin ? "events" : name(file.getFileName().toString()),
            stdin ? "" : FILE + file.toAbsolutePath().normalize(),
            List.of(),
            true,
            List.of(start.bytes()),
            System.currentTimeMillis(),
            start.cut(),
            List.of());
      }
    } catch (IOException | InvalidPathException e) {
      throw new WrongUseException(
          "--from: cannot read %s (%s); expected a file, - or kafka://host:port/topic or"
                  .formatted(path, e.getClass().getSimpleName())
              + " pubsub://project/subscription");
    }
  }

  /** A contract's name from a file's or topic's, which can be a table's name, too. */
  static String name(String given) {
    String name = given;
    for (boolean extension = true; extension; ) {
      int dot = name.lastIndexOf('.');
      extension =
          dot > 0
              && List.of("jsonl", "json", "ndjson", "log", "csv", "tsv", "txt", "lp", "gz", "zst")
                  .contains(name.substring(dot + 1));
      name = extension ? name.substring(0, dot) : name;
    }
    name = name.replaceAll("[^A-Za-z0-9_-]+", "-").replaceAll("^[-_]+|[-_]+$", "");
    return name.isEmpty() ? "events" : Character.isLetter(name.charAt(0)) ? name : "events-" + name;
  }
}
