package io.millrace.cli.init;

import io.millrace.cli.init.layout.FindLayout;
import io.millrace.cli.init.layout.Layout;
import io.millrace.cli.init.layout.Sample;
import io.millrace.cli.support.CommandErrors;
import io.millrace.contract.yaml.ContractException;
import io.millrace.io.SampleLimits;
import io.millrace.pipeline.ExitCodes;
import io.millrace.pipeline.WrongUseException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.checkerframework.checker.nullness.qual.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes a first contract from sample events. */
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes a first contract from sample events: format, fields, event time and identity, each with",
      "a comment on what the guess is based on. Decodes the sample with the contract and reports what",
      "does not decode and what to check.",
      "Reads the start of a file or of standard input, or the newest records of a Kafka topic or a",
      "Pub/Sub subscription. Commits no offset, joins no consumer group, acknowledges no message."
    },
    footer = {
      "",
      "Example: scripts/millrace init --from=events.jsonl --out=events.yaml",
      "Example: scripts/millrace init --from=kafka://broker:9092/events --out=events.yaml"
    })
public final class InitCommand implements Callable<Integer> {
  private static final long MOST_BYTES = 32L << 20;
  private static final Duration LONGEST = Duration.ofSeconds(30);

  @Spec private CommandSpec command;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "FROM",
      description =
          "The samples: a file (also .gz, .zst), - for standard input, kafka://host:port/topic or"
              + " pubsub://project/subscription.")
  private String from;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "",
      description = "The contract's file. Default: standard output.")
  private String out;

  @Option(names = "--force", description = "Replace the file if it exists.")
  private boolean force;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = "",
      description = "The contract's name. Default: after the file or topic.")
  private String name;

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Most records to read. Default: ${DEFAULT-VALUE}.")
  private int samples;

  @Option(
      names = "--interactive",
      description = "Ask on the terminal for the event time and the identity.")
  private boolean interactive;

  @Option(
      names = "--kafkaConfig",
      paramLabel = "FILE",
      description =
          "For kafka://, as for `run`: properties file of Kafka's clients, or a reference to one.")
  private @Nullable String kafkaConfig;

  @Option(
      names = "--kafkaIsolationLevel",
      paramLabel = "LEVEL",
      description = "For kafka://, as for `run`: read_committed or read_uncommitted.")
  private @Nullable String kafkaIsolationLevel;

  @Option(
      names = "--pubsubEmulator",
      paramLabel = "HOST:PORT",
      description = "For pubsub://: read from this emulator instead of Google Cloud.")
  private @Nullable String pubsubEmulator;

  @Option(names = "--json", description = "Print the report and the contract as one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    CommandErrors.atLeast(command, "--samples", 1, samples);
    if (interactive && (from.equals("-") || json)) {
      throw new WrongUseException("--interactive: not with --from=- or --json");
    }
    refuseToReplace();
    Sample sample =
        new SampleReader(new SampleLimits(samples, MOST_BYTES, LONGEST), flags()).read(from);
    Layout layout = FindLayout.of(sample, samples);
    DraftContract.Draft draft = new DraftContract(sample, layout, questions()).of(checkedName());
    Trial trial;
    try {
      trial = Trial.of(draft.yaml(), layout.records(), sample.recordTimeMillis());
    } catch (ContractException e) {
      throw new IllegalStateException(
          "init made an invalid contract:\n" + String.join("\n", e.problems()), e);
    }
    print(draft.yaml(), new InitReport(sample, layout, draft, trial, out));
    return trial.isGood() ? 0 : ExitCodes.FAILED;
  }

  private Map<String, String> flags() {
    Map<String, String> flags = new TreeMap<>();
    put(flags, "kafkaConfig", kafkaConfig);
    put(flags, "kafkaIsolationLevel", kafkaIsolationLevel);
    put(flags, "pubsubEmulator", pubsubEmulator);
    return flags;
  }

  private static void put(Map<String, String> flags, String flag, @Nullable String value) {
    if (value != null) {
      flags.put(flag, value);
    }
  }

  private @Nullable Questions questions() {
    return interactive
        ? new Questions(
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)),
            System.err)
        : null;
  }

  private String checkedName() {
    if (!name.isEmpty() && !SampleReader.name(name).equals(name)) {
      throw new WrongUseException(
          "--name: expected letters, digits, - and _, beginning with a letter; found " + name);
    }
    return name;
  }

  private void refuseToReplace() {
    try {
      if (!out.isEmpty() && !force && Files.exists(Path.of(out))) {
        throw new WrongUseException(
            "--out: " + out + " exists; choose another file, or replace it with --force");
      }
    } catch (InvalidPathException e) {
      throw new WrongUseException("--out: " + out + " is not the path of a file");
    }
  }

  private void print(String yaml, InitReport report) {
    if (!out.isEmpty()) {
      try {
        Files.writeString(Path.of(out), yaml);
      } catch (IOException e) {
        throw new WrongUseException(
            "--out: cannot write %s (%s)".formatted(out, e.getClass().getSimpleName()));
      }
    }
    PrintStream stdout = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    if (json) {
      stdout.println(report.json(yaml));
    } else if (out.isEmpty()) {
      stdout.print(yaml);
      System.err.println(report.text());
    } else {
      stdout.println(report.text());
    }
    stdout.flush();
  }
}
