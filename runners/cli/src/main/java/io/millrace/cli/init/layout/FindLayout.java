package io.millrace.cli.init.layout;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.cli.init.guess.SampledEvent;
import io.millrace.cli.init.guess.YamlText;
import io.millrace.cli.support.RecordLines;
import io.millrace.pipeline.WrongUseException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Finds the format of a sample, and how its records hold events. */
public final class FindLayout {
  private static final int LARGEST_VALUE = 1 << 26;
  private static final String EXPECTED =
      "; expected events in JSON, line protocol, OpenTelemetry's format, or CSV with a line of names";

  private final Sample sample;
  private final int most;

  private FindLayout(Sample sample, int most) {
    this.sample = sample;
    this.most = most;
  }

  /**
   * The layout of a sample.
   *
   * @param most how many records of a file to use
   * @throws WrongUseException in one line, which says what the sample holds instead of events
   */
  public static Layout of(Sample sample, int most) {
    FindLayout find = new FindLayout(sample, most);
    return sample.isFile() ? find.file(sample.values().get(0)) : find.records();
  }

  private WrongUseException refused(String found) {
    return new WrongUseException(sample.place() + " " + found + EXPECTED);
  }

  private Layout file(byte[] read) {
    byte[] bytes = read;
    if (sample.cut()) {
      // The last line is not complete.
      int end = bytes.length;
      while (end > 0 && bytes[end - 1] != '\n') {
        end--;
      }
      bytes = end == 0 ? bytes : Arrays.copyOf(bytes, end);
    }
    if (JsonText.first(bytes) < 0) {
      throw refused("is empty");
    }
    List<byte[]> lines = RecordLines.of(bytes);
    lines = lines.subList(0, Math.min(lines.size(), most));
    Layout found = lines(lines);
    if (found == null && !FoundContent.isText(bytes)) {
      return protobuf(List.of(bytes), true);
    }
    if (found == null) {
      found = documents(bytes);
    }
    if (found == null) {
      found = text(lines, lines);
    }
    if (found == null) {
      throw refused("holds " + FoundContent.describe(bytes));
    }
    return found;
  }

  /** Lines of which most are JSON. */
  private static @Nullable Layout lines(List<byte[]> lines) {
    long json = lines.stream().filter(line -> JsonText.container(line) != null).count();
    return json * 2 < lines.size() ? null : JsonLayout.of(lines, false, List.of());
  }

  /** JSON documents over several lines. */
  private @Nullable Layout documents(byte[] bytes) {
    int first = JsonText.first(bytes);
    if (first != '{' && first != '[') {
      return null;
    }
    List<byte[]> records = new ArrayList<>();
    for (JsonNode document : JsonText.documents(bytes, sample.cut())) {
      if (document.isContainerNode() && records.size() < most) {
        records.add(JsonText.bytes(document));
      }
    }
    return JsonLayout.of(
        records,
        true,
        List.of(
            "a record from a file is one line, and here the JSON has line ends in it: write it in"
                + " one line with `jq -c .` before a run"));
  }

  private Layout records() {
    List<byte[]> values = sample.values().stream().filter(v -> JsonText.first(v) >= 0).toList();
    if (values.isEmpty()) {
      throw refused("holds no record");
    }
    String compression = compression(values);
    if (compression.isEmpty()) {
      return plain(values);
    }
    List<byte[]> expanded = new ArrayList<>();
    List<byte[]> compressed = new ArrayList<>();
    for (byte[] value : values) {
      try {
        if (Compressed.kind(value).equals(compression)) {
          expanded.add(Compressed.expand(value, LARGEST_VALUE));
          compressed.add(value);
        }
      } catch (IOException e) {
        // Corrupt: the count of valid events tells.
        compressed.add(value);
      }
    }
    return plain(expanded).withCompression(compression, compressed);
  }

  /** The compression of most values; empty if there is none. */
  private static String compression(List<byte[]> values) {
    for (String kind : List.of("gzip", "zstd")) {
      if (values.stream().filter(v -> Compressed.kind(v).equals(kind)).count() * 2
          > values.size()) {
        return kind;
      }
    }
    return "";
  }

  private Layout plain(List<byte[]> values) {
    byte[] first = values.get(0);
    if (values.stream().filter(FoundContent::isFramed).count() * 2 > values.size()) {
      throw framed(first);
    }
    if (values.stream().filter(FoundContent::isText).count() * 2 < values.size()) {
      return protobuf(values, false);
    }
    Layout found = lines(values);
    List<byte[]> lines = new ArrayList<>();
    values.forEach(value -> lines.addAll(RecordLines.of(value)));
    if (found == null && lines.size() > values.size()) {
      found = JsonLayout.ofLines(values, lines, List.of());
    }
    if (found == null) {
      found = text(values, lines);
    }
    if (found == null) {
      throw refused("holds records of " + FoundContent.describe(first));
    }
    return found;
  }

  private WrongUseException framed(byte[] value) {
    String what =
        "%s holds records with the header of a schema registry (schema id %s)"
            .formatted(sample.place(), FoundContent.schemaId(value));
    return new WrongUseException(
        value[FoundContent.FRAME_BYTES] == '{'
            ? what + " and JSON: expected plain JSON; use a plain JSON serializer in the producer"
            : what
                + ": init cannot read them without their schema; write a contract with `format:"
                + " {type: avro, registry: https://…}`, or protobuf (docs/formats.md)");
  }

  private @Nullable Layout text(List<byte[]> records, List<byte[]> lines) {
    String shipped = ShippedText.forLines(records);
    if (shipped != null) {
      return new Layout("", "", List.of(), "", records, List.of(), shipped, false, List.of());
    }
    return sample.isFile() ? csvFile(lines) : csvRecords(records, lines);
  }

  /** A file: each line is a record, so its first line cannot name the columns of the others. */
  private static @Nullable Layout csvFile(List<byte[]> lines) {
    CsvSample csv = CsvSample.of(lines);
    return csv == null
        ? null
        : csv(
            csv,
            "columns: " + YamlText.of(String.join(",", csv.columns())),
            lines.subList(1, lines.size()),
            List.of(
                "each line of a file is a record: the line with the names of the columns is one dead"
                    + " letter of a run, if you do not remove it"));
  }

  /** Records that each begin with the same names of columns. */
  private static @Nullable Layout csvRecords(List<byte[]> records, List<byte[]> lines) {
    byte[] header = lines.get(0);
    List<byte[]> all = new ArrayList<>(List.of(header));
    for (byte[] record : records) {
      List<byte[]> own = RecordLines.of(record);
      if (!Arrays.equals(own.get(0), header)) {
        return null;
      }
      all.addAll(own.subList(1, own.size()));
    }
    CsvSample csv = CsvSample.of(all);
    return csv == null ? null : csv(csv, "header: true", records, List.of());
  }

  private static Layout csv(CsvSample csv, String names, List<byte[]> records, List<String> notes) {
    String delimiter =
        csv.delimiter().isEmpty() ? "" : ", delimiter: " + YamlText.of(csv.delimiter());
    return new Layout(
        "{type: csv, " + names + delimiter + "}",
        "",
        List.of(),
        "",
        records,
        csv.events().stream().map(event -> new SampledEvent(event, null)).toList(),
        null,
        false,
        notes);
  }

  private Layout protobuf(List<byte[]> records, boolean isFile) {
    String shipped = ShippedText.forProtobuf(records);
    if (shipped == null) {
      throw refused("holds " + FoundContent.describe(records.get(0)));
    }
    List<String> notes =
        isFile
            ? List.of("a file source reads lines: send binary records through Kafka or Pub/Sub")
            : List.of();
    return new Layout("", "", List.of(), "", records, List.of(), shipped, isFile, notes);
  }
}
