package io.millrace.cli.explain;

import io.millrace.alert.AlertResults;
import io.millrace.cli.contract.ContractFile;
import io.millrace.cli.support.RecordLines;
import io.millrace.contract.Contract;
import io.millrace.decode.RecordDecoder;
import io.millrace.lookup.Lookups;
import io.millrace.pipeline.WrongUseException;
import io.millrace.rollup.RollupResults;
import io.millrace.rollup.RollupRow;
import io.millrace.verify.ClickHouseQueries;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints what becomes of sample events under a contract. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Prints what becomes of each sample event under a contract: its outcome and why, its row, and",
      "the windows of roll-ups that it counts in; then the changes of alerts that follow. Needs no Kafka and no ClickHouse and writes nothing.",
      "Reads one record a line, or one record with --whole. With --deadLetter, it explains a dead",
      "letter of ClickHouse instead: what becomes of it now, after the contract has changed."
    },
    footer = {
      "",
      "Example: scripts/millrace explain --contract=test-data/contracts/query-events.yaml"
          + " test-data/events/query-events.jsonl",
      "Example: tail -n 100 app.log | scripts/millrace explain --contract=app.yaml --json",
      "Example: scripts/millrace explain --contract=app.yaml --deadLetter=app/2@4711"
          + " --output=clickhouse://127.0.0.1:18123/telemetry"
    })
public final class ExplainCommand implements Callable<Integer> {
  private static final String STDIN = "-";

  /** How the base64 of encrypted bytes begins. */
  private static final String SEALED = "TVJFA";

  @Option(names = "--contract", required = true, paramLabel = "FILE", description = "The contract.")
  Path contract;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FILE",
      defaultValue = STDIN,
      description = "The records; - or nothing: standard input.")
  String file;

  @Option(names = "--whole", description = "The file is one record, whatever lines it has.")
  boolean whole;

  @Option(
      names = "--recordTime",
      paramLabel = "INSTANT",
      defaultValue = "",
      description =
          "When the records arrive, which bounds event times ahead of it. Default: now. Example:"
              + " --recordTime=2026-03-01T10:00:00Z")
  String recordTime;

  @Option(
      names = "--watermark",
      paramLabel = "INSTANT",
      defaultValue = "",
      description = "The watermark when they arrive. Default: none, so that no event is late.")
  String watermark;

  @Option(names = "--json", description = "Print one JSON object an event.")
  boolean json;

  @Mixin DeadLetterFlags deadLetter = new DeadLetterFlags();

  @Option(
      names = "--decrypt",
      description = {
        "Print only the values of the records, one a line: what dead letters keep encrypted.",
        "The contract names the key."
      })
  boolean decrypt;

  @Override
  public Integer call() {
    Contract loaded = ContractFile.load(contract);
    List<String> problems = new ArrayList<>(RecordDecoder.check(loaded, List.of()).problems());
    problems.addAll(Lookups.check(loaded));
    if (!problems.isEmpty()) {
      throw new WrongUseException(String.join("\n", problems));
    }
    try (RecordExplainer explainer =
        RecordExplainer.of(loaded, instant("recordTime", recordTime))) {
      if (!watermark.isEmpty()) {
        explainer.withWatermark(instant("watermark", watermark));
      }
      explain(loaded, explainer);
    }
    return 0;
  }

  private void explain(Contract loaded, RecordExplainer explainer) {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    if (deadLetter.given()) {
      explainDeadLetters(loaded, explainer, out);
    } else {
      explainRecords(loaded, explainer, out);
    }
    out.flush();
  }

  private void explainRecords(Contract loaded, RecordExplainer explainer, PrintStream out) {
    if (deadLetter.output != null) {
      throw new WrongUseException("--output: only with --deadLetter; leave it out");
    }
    RollupResults rollups = new RollupResults(loaded);
    if (!loaded.alerts().isEmpty()) {
      explainer.onCounted(event -> rollups.add(event.values(), event.eventTimeMillis()));
    }
    Map<String, Long> outcomes = new LinkedHashMap<>();
    long events = 0;
    List<byte[]> records = records();
    for (byte[] record : records) {
      if (decrypt) {
        byte[] value = explainer.record(record).value();
        out.writeBytes(value == null ? new byte[0] : value);
        out.println();
        continue;
      }
      for (EventExplanation event : explainer.explain(record)) {
        events += event.outcome() == null ? 0 : 1;
        outcomes.merge(event.outcomeName(), 1L, Long::sum);
        out.println(json ? ExplanationJson.of(event, null) : ExplanationText.of(event));
      }
    }
    if (!decrypt) {
      for (RollupRow change :
          AlertResults.of(loaded, rollups.rows(), instant("recordTime", recordTime))) {
        Map<String, Object> tree = RowTree.ofChange(change.row());
        out.println(json ? ExplanationJson.ofChange(tree) : ExplanationText.ofChange(tree));
      }
    }
    if (!json && !decrypt) {
      out.println(ExplanationText.summary(records.size(), events, outcomes));
    }
  }

  private void explainDeadLetters(Contract loaded, RecordExplainer explainer, PrintStream out) {
    if (!file.equals(STDIN) || whole) {
      throw new WrongUseException("--deadLetter: explains no file; leave out FILE and --whole");
    }
    DeadLetterPlace place = deadLetter.place();
    for (StoredDeadLetter letter : letters(loaded, place)) {
      if (!json) {
        out.println(ExplanationText.of(letter));
      }
      for (EventExplanation event : letter.explain(explainer, loaded.holdsMany()).events()) {
        out.println(json ? ExplanationJson.of(event, letter) : ExplanationText.of(event));
      }
    }
  }

  private List<StoredDeadLetter> letters(Contract loaded, DeadLetterPlace place) {
    try {
      return new DeadLetterReader(
              new ClickHouseQueries(deadLetter.output()), loaded.tables().deadLetters().name())
          .read(place);
    } catch (WrongUseException e) {
      throw new WrongUseException("--deadLetter: " + e.getMessage());
    }
  }

  /** The instant of a flag, milliseconds since the epoch, UTC; now if it is not given. */
  private static long instant(String flag, String text) {
    if (text.isEmpty()) {
      return System.currentTimeMillis();
    }
    try {
      return Instant.parse(text).toEpochMilli();
    } catch (DateTimeParseException e) {
      throw new WrongUseException(
          "--%s: expected an instant such as 2026-03-01T10:00:00Z, found %s".formatted(flag, text));
    }
  }

  private List<byte[]> records() {
    byte[] all;
    try (InputStream in = file.equals(STDIN) ? System.in : Files.newInputStream(Path.of(file))) {
      all = in.readAllBytes();
    } catch (IOException e) {
      throw new WrongUseException(
          "cannot read %s (%s); expected a file with one record a line"
              .formatted(file, e.getClass().getSimpleName()));
    }
    List<byte[]> records = whole ? List.of(all) : decoded(RecordLines.of(all));
    if (records.isEmpty()) {
      throw new WrongUseException(file + " holds no record; expected one record a line");
    }
    return records;
  }

  /** The lines, of which those with encrypted bytes may be in base64, as in files and queries. */
  private static List<byte[]> decoded(List<byte[]> lines) {
    return lines.stream()
        .map(
            line -> {
              String text = new String(line, StandardCharsets.ISO_8859_1);
              return text.startsWith(SEALED) ? Base64.getDecoder().decode(text) : line;
            })
        .toList();
  }
}
