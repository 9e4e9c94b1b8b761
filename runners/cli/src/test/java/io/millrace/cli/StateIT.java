package io.millrace.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that share a state: Ctrl-C and on, a second run at once, changed flags, RocksDB. */
class StateIT {
  private static final int RECORDS = 20_000;

  @TempDir private static Path directory;

  private static LocalStack stack;

  @BeforeAll
  static void start() {
    stack = SharedStack.clean();
  }

  private static void generate(int seed) {
    MillraceProcess.Result generated =
        MillraceCommand.run("generate", "--to=" + topic(), "--count=" + RECORDS, "--seed=" + seed);
    assertThat(generated.err(), generated.exitCode(), is(0));
  }

  private static String topic() {
    return "kafka://" + stack.kafka().address() + "/state";
  }

  private static String[] run(String... more) {
    List<String> args = new ArrayList<>(List.of("run"));
    args.addAll(
        List.of(
            "--state=" + directory.resolve("state"),
            "--json",
            "--parallelism=2",
            "--checkpointingInterval=1000",
            "--input=" + topic(),
            "--output=clickhouse" + stack.clickHouse().address().substring(4) + "/state",
            MillraceProcess.contract("query-events.yaml")));
    args.addAll(List.of(more));
    return args.toArray(String[]::new);
  }

  private static long count(String table) {
    return TableRows.count(stack, "state." + table);
  }

  private static JsonNode json(String out) throws IOException {
    return new ObjectMapper().readTree(out);
  }

  @Test
  void aRunContinuesWhereTheLastOneWas() throws Exception {
    generate(1);
    JsonNode first;
    try (RunningCommand running = new RunningCommand(run())) {
      running.await("rows", () -> count("audit") > 0);
      MillraceProcess.Result second = MillraceCommand.run(run());
      assertThat(second.exitCode(), is(2));
      assertThat(
          second.err(),
          containsString(
              "another run uses this directory (process %d). Stop that run"
                  .formatted(running.pid())));
      MillraceProcess.Result stopped = running.stop();
      assertThat(stopped.err(), containsString("none yet, so the run starts at the beginning"));
      first = json(stopped.out());
    }
    assertThat(first.toString(), first.path("balanced").asBoolean());
    assertThat(count("audit"), is(first.path("read").asLong()));
    assertThat(savepoints(), hasItem(startsWith("savepoint-")));

    MillraceProcess.Result changed = MillraceCommand.run(run("--untilCaughtUp", "--dedupShards=7"));
    assertThat(changed.exitCode(), is(2));
    assertThat(
        changed.errLines(),
        hasItem(
            allOf(
                startsWith("millrace: the state in " + directory.resolve("state")),
                containsString("--dedupShards: `7`, but the savepoint has `64`"))));

    generate(2);
    MillraceProcess.Result second =
        MillraceCommand.run(
            run("--untilCaughtUp", "--allowedLateness=30m", "--stateBackend=rocksdb"));
    assertThat(second.err(), second.exitCode(), is(0));
    assertThat(
        second.err(),
        allOf(
            containsString("continues from the savepoint of"),
            containsString("changed since then: event_time.allowed_lateness `1h` is now `30m`")));
    JsonNode then = json(second.out());
    assertThat(first.path("read").asLong() + then.path("read").asLong(), is(2L * RECORDS));
    // After a savepoint nothing is read again.
    assertThat(count("audit"), is(2L * RECORDS));
    assertThat(count("audit_exact"), is(2L * RECORDS));

    generate(3);
    String[] onDisk = run("--allowedLateness=30m", "--stateBackend=rocksdb");
    long started = System.currentTimeMillis();
    try (RunningCommand killed = new RunningCommand(onDisk)) {
      killed.await("all rows", () -> count("audit_exact") == 3 * RECORDS);
      killed.await(
          "a checkpoint", () -> CheckpointFiles.hasNewer(directory.resolve("state"), started));
    }
    generate(4);
    try (RunningCommand running = new RunningCommand(onDisk)) {
      running.await("all rows", () -> count("audit_exact") == 4 * RECORDS);
      MillraceProcess.Result stopped = running.stop();
      assertThat(stopped.err(), containsString("continues from the checkpoint of"));
      assertThat(stopped.out(), json(stopped.out()).path("balanced").asBoolean());
    }
    assertThat(count("audit_exact"), is(4L * RECORDS));
  }

  private static List<String> savepoints() throws IOException {
    try (Stream<Path> all = Files.walk(directory.resolve("state"), 2)) {
      return all.map(path -> path.getFileName().toString()).toList();
    }
  }
}
