package io.millrace.cli.explain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.contract.ContractFile;
import io.millrace.contract.Contract;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.Outcome;
import io.millrace.pipeline.WrongUseException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints what becomes of sample events under a contract. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Prints what becomes of each sample event under a contract: its outcome and why, its row, and",
      "the windows of roll-ups that it counts in. Needs no Kafka and no ClickHouse and writes nothing.",
      "Reads one record a line, or one record with --whole."
    },
    footer = {
      "",
      "Example: scripts/millrace explain --contract=test-data/contracts/query-events.yaml"
          + " test-data/events/query-events.jsonl",
      "Example: tail -n 100 app.log | scripts/millrace explain --contract=app.yaml --json"
    })
public final class ExplainCommand implements Callable<Integer> {
  private static final String STDIN = "-";

  /** How the base64 of encrypted bytes begins. */
  private static final String SEALED = "TVJFA";

  private static final ObjectMapper JSON = new ObjectMapper();

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

  @Option(names = "--json", description = "Print one JSON object an event.")
  boolean json;

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
    List<String> problems = RecordDecoder.check(loaded, List.of()).problems();
    if (!problems.isEmpty()) {
      throw new WrongUseException(String.join("\n", problems));
    }
    RecordExplainer explainer = RecordExplainer.of(loaded, recordTimeMillis());
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
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
        Outcome outcome = event.outcome();
        events += outcome == null ? 0 : 1;
        outcomes.merge(outcome == null ? Outcome.NO_EVENT : outcome.label(), 1L, Long::sum);
        out.println(json ? json(event) : ExplanationText.of(event));
      }
    }
    if (!json && !decrypt) {
      out.println(ExplanationText.summary(records.size(), events, outcomes));
    }
    out.flush();
    return 0;
  }

  private long recordTimeMillis() {
    if (recordTime.isEmpty()) {
      return System.currentTimeMillis();
    }
    try {
      return Instant.parse(recordTime).toEpochMilli();
    } catch (DateTimeParseException e) {
      throw new WrongUseException(
          "--recordTime: expected an instant such as 2026-03-01T10:00:00Z, found " + recordTime);
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
    List<byte[]> records = whole ? List.of(all) : decoded(lines(all));
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

  /** The lines that are not blank, without their ends. */
  private static List<byte[]> lines(byte[] all) {
    List<byte[]> lines = new ArrayList<>();
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    boolean blank = true;
    for (int i = 0; i <= all.length; i++) {
      boolean end = i == all.length || all[i] == '\n';
      if (end && !blank) {
        byte[] bytes = line.toByteArray();
        boolean carriageReturn = bytes[bytes.length - 1] == '\r';
        lines.add(carriageReturn ? Arrays.copyOf(bytes, bytes.length - 1) : bytes);
      }
      if (end) {
        line.reset();
        blank = true;
      } else {
        line.write(all[i]);
        blank &= all[i] == ' ' || all[i] == '\t' || all[i] == '\r';
      }
    }
    return lines;
  }

  private static String json(EventExplanation event) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("record", event.record());
    if (event.element() >= 0) {
      tree.put("element", event.element());
    }
    Outcome outcome = event.outcome();
    tree.put("outcome", outcome == null ? Outcome.NO_EVENT : outcome.label());
    if (outcome == Outcome.DEAD) {
      tree.put("code", event.reason());
      tree.put("message", event.message());
    } else if (outcome == Outcome.FILTERED) {
      tree.put("rule", event.reason());
    } else if (outcome == Outcome.DUPLICATE) {
      tree.put("duplicate_of", event.reason());
    }
    if (event.eventTime() != null) {
      tree.put("event_time", event.eventTime().toString());
      tree.put("late_from", String.valueOf(event.lateFrom()));
      tree.put("table", event.table());
      tree.put("row", event.row());
      if (!event.redacted().isEmpty()) {
        tree.put("redacted", event.redacted());
      }
      tree.put(
          "rollups",
          event.windows().stream()
              .map(
                  window -> {
                    Map<String, Object> counted = new LinkedHashMap<>();
                    counted.put("table", window.table());
                    counted.put("window_start", window.start().toString());
                    counted.put(
                        "window_end", window.end() == null ? null : window.end().toString());
                    counted.put("group", window.group());
                    return counted;
                  })
              .toList());
    }
    try {
      return JSON.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write JSON: " + e.getOriginalMessage(), e);
    }
  }
}
