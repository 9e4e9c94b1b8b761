package io.millrace.testdata.manifest;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.testdata.generate.Generated;
import io.millrace.testdata.sink.GeneratedRecord;
import io.millrace.testdata.sink.MalformedKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {
  @TempDir Path folder;

  private final List<ManifestEntry> entries =
      Generated.records(Generated.mixed(4000).build()).stream()
          .map(GeneratedRecord::entry)
          .toList();

  @ParameterizedTest
  @ValueSource(strings = {"manifest.jsonl", "manifest.jsonl.gz"})
  void readsBackWhatWasWritten(String name) {
    Path file = folder.resolve(name);
    ManifestTotals written = write(file, entries);

    List<ManifestEntry> read = new ArrayList<>();
    ManifestTotals totals = Manifest.read(file, read::add);

    assertThat(read, is(entries));
    assertThat(totals, is(written));
    assertThat(totals.complete(), is(true));
    assertThat(totals.balances(), is(true));
  }

  @Test
  void compressesAFileNamedGz() throws IOException {
    write(folder.resolve("m.jsonl"), entries);
    write(folder.resolve("m.jsonl.gz"), entries);
    assertThat(
        Files.size(folder.resolve("m.jsonl.gz")),
        lessThan(Files.size(folder.resolve("m.jsonl")) / 2));
  }

  @Test
  void isOneJsonObjectALineAndASummary() throws IOException {
    Path file = folder.resolve("m.jsonl");
    ManifestEntry tombstone =
        ManifestEntry.dead(0, 2, MalformedKind.TOMBSTONE.code(), null, 0, 1_790_000_000_000L);
    ManifestEntry event =
        new ManifestEntry(
            1,
            0,
            Outcome.ERROR,
            null,
            "q|query_started|5",
            "ab",
            7,
            6,
            5,
            "q",
            "query_started",
            "lager_süd",
            "\"u\"",
            3,
            4,
            true,
            "cd");
    write(file, List.of(tombstone, event));
    assertThat(
        Files.readString(file),
        is(
            "{\"n\":0,\"partition\":2,\"outcome\":\"dead\",\"code\":\"tombstone\",\"identity\":null,\"sha256\":null,\"bytes\":0,\"sent_at\":1790000000000}\n"
                + "{\"n\":1,\"partition\":0,\"outcome\":\"error\",\"identity\":\"q|query_started|5\","
                + "\"sha256\":\"ab\",\"bytes\":7,\"sent_at\":6,\"event_time\":5,\"query_id\":\"q\","
                + "\"event_type\":\"query_started\",\"database\":\"lager_süd\","
                + "\"user_id\":\"\\\"u\\\"\",\"duration_ms\":3,\"rows_affected\":4,\"has_error\":true,\"row_sha256\":\"cd\"}\n"
                + "{\"summary\":{\"records\":2,\"accepted\":0,\"error\":1,\"duplicate\":0,\"late\":0,\"dead\":1,\"dead_codes\":{\"tombstone\":1},\"unconfirmed\":0}}\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"torn.jsonl", "torn.jsonl.gz"})
  void readsTheFileOfAKilledWriter(String name) throws IOException {
    Path file = folder.resolve(name);
    write(file, entries);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length * 2 / 3));

    List<ManifestEntry> read = new ArrayList<>();
    ManifestTotals totals = Manifest.read(file, read::add);

    assertThat(totals.complete(), is(false));
    assertThat(read.size(), greaterThan(2000));
    assertThat(read, is(entries.subList(0, read.size())));
    assertThat(totals.records(), is((long) read.size()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"flushed.jsonl", "flushed.jsonl.gz"})
  void isReadableUpToTheLastFlushWhileItIsWritten(String name) {
    Path file = folder.resolve(name);
    try (Manifest.Writer writer = Manifest.write(file)) {
      entries.subList(0, 10).forEach(writer::add);
      writer.flush();
      assertThat(Manifest.totals(file).records(), is(10L));
    }
  }

  @Test
  void rejectsASummaryThatDoesNotMatch() throws IOException {
    Path file = folder.resolve("m.jsonl");
    write(file, entries);
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    lines.remove(17);
    Files.write(file, lines);
    assertThat(
        assertThrows(IllegalArgumentException.class, () -> Manifest.totals(file)).getMessage(),
        containsString("the summary is"));
  }

  @Test
  void reportsTheNumberOfAnInvalidLine() throws IOException {
    Path file = folder.resolve("m.jsonl");
    write(file, entries);
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    lines.set(17, "{\"n\":17}");
    Files.write(file, lines);
    assertThat(
        assertThrows(IllegalArgumentException.class, () -> Manifest.totals(file)).getMessage(),
        containsString("line 18: 'partition' is missing"));
    lines.set(17, "oops");
    Files.write(file, lines, StandardCharsets.UTF_8);
    assertThat(
        assertThrows(IllegalArgumentException.class, () -> Manifest.totals(file)).getMessage(),
        containsString("line 18: not JSON"));
  }

  @Test
  void answersIgnoreDuplicates() {
    ManifestAnswers.Collector collector = new ManifestAnswers.Collector();
    for (int i = 0; i < 20; i++) {
      ManifestEntry finished = finished(i, i == 7 ? Outcome.ERROR : Outcome.ACCEPTED, 100 + i);
      collector.add(finished);
      collector.add(finished);
      collector.add(finished(i, Outcome.DUPLICATE, 100 + i));
      collector.add(finished(100 + i, Outcome.LATE, 5000));
    }
    ManifestAnswers answers = collector.answers();

    assertThat(answers.volumePerMinute().toString(), is("{0=6, 60000=6, 120000=6, 180000=2}"));
    assertThat(answers.errorRateByDatabase().get("ops"), is(new ManifestAnswers.ErrorRate(20, 1)));
    assertThat(answers.errorRateByDatabase().get("ops").rate(), is(0.05));
    assertThat(
        answers.finishedDurations(), is(new ManifestAnswers.DurationPercentiles(20, 110, 119)));
    assertThat(
        answers.acceptedFinishedDurations(),
        is(new ManifestAnswers.DurationPercentiles(19, 110, 119)));
  }

  private static ManifestEntry finished(int number, Outcome outcome, long durationMs) {
    long time = number * 10_000L;
    return new ManifestEntry(
        number,
        0,
        outcome,
        null,
        "q" + number,
        "s",
        1,
        0,
        time,
        "q" + number,
        "query_finished",
        "ops",
        "u",
        durationMs,
        0,
        outcome == Outcome.ERROR,
        "r");
  }

  private static ManifestTotals write(Path file, List<ManifestEntry> entries) {
    Manifest.Writer writer = Manifest.write(file);
    try (writer) {
      entries.forEach(writer::add);
    }
    return writer.totals();
  }
}
