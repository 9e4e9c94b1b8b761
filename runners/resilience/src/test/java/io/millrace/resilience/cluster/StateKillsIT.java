package io.millrace.resilience.cluster;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.cli.Millrace;
import io.millrace.local.process.LocalStackException;
import io.millrace.resilience.harness.AuditWatch;
import io.millrace.resilience.harness.GeneratedStream;
import io.millrace.verify.StreamCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run --state} while events arrive, killed five times; the broker and the engine once. */
class StateKillsIT {
  private static final String DATABASE = "state_kills";
  private static final int KILLS = 5;
  private static final Duration LONGEST = Duration.ofMinutes(4);

  @TempDir private static Path directory;

  private final Random random = new Random(7);

  @Test
  void everyEventIsThereOnce() throws Exception {
    try (BenchEnvironment environment = BenchEnvironment.start(directory, line -> {});
        MovingStream stream =
            MovingStream.start(environment, DATABASE, new MovingStream.Plan(4, 200, 7))) {
      List<String> flags =
          new ArrayList<>(environment.route(stream.topic(), DATABASE, environment.contract()));
      flags.add("--state=" + directory.resolve("state"));
      flags.add("--parallelism=2");
      flags.add("--checkpointingInterval=1000");
      AuditWatch watch = new AuditWatch(environment, DATABASE);
      Process process = start(flags);
      try {
        for (int kill = 0; kill < KILLS; kill++) {
          flowing(process, watch);
          if (kill == 2) {
            environment.broker().kill();
            environment.broker().start();
            flowing(process, watch);
          }
          if (kill == 3) {
            environment.clickHouse().kill();
            environment.clickHouse().start();
            flowing(process, watch);
          }
          // Before and after checkpoints, in the middle of INSERTs
          LockSupport.parkNanos(Duration.ofMillis(random.nextInt(1500)).toNanos());
          process.destroyForcibly().waitFor();
          process = start(flags);
        }
        flowing(process, watch);
        GeneratedStream sent = stream.finish();
        await(process, "every record", () -> watch.records() >= sent.records());
        await(
            process,
            "the roll-ups",
            () -> StreamCheck.rollupDifferences(environment.database(DATABASE)).isEmpty());
        process.toHandle().destroy();
        assertThat("it ends", process.waitFor(1, TimeUnit.MINUTES));
        String output = output();
        assertThat(
            output,
            allOf(
                containsString("continues from the checkpoint of"),
                containsString("since this start: read ")));
        List<String> problems = new ArrayList<>();
        RecoveryRow.Found found = RecoveryCheck.of(environment, DATABASE, sent, KILLS, problems);
        assertThat(problems + "\n" + output, problems, is(empty()));
        assertThat(found.lost(), is(0L));
        assertThat(found.repeats().exact(), is(0L));
        assertThat(found.outcomes(), is(sent.truth()));
      } finally {
        process.destroyForcibly();
      }
    }
  }

  /** Waits until records that have come since now are audited. */
  private static void flowing(Process process, AuditWatch watch) {
    java.time.Instant now = java.time.Instant.now();
    await(process, "new records in the audit", () -> watch.recordsSince(now) > 0);
  }

  private static void await(Process process, String what, BooleanSupplier there) {
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (!isThere(there)) {
      assertThat("no " + what + ": " + output(), System.nanoTime() < deadline);
      assertThat("the run goes on: " + output(), process.isAlive());
      LockSupport.parkNanos(100_000_000);
    }
  }

  private static boolean isThere(BooleanSupplier there) {
    try {
      return there.getAsBoolean();
    } catch (LocalStackException e) {
      // The engine is away at the moment.
      return false;
    }
  }

  private static Path log() {
    return directory.resolve("run.log");
  }

  private static String output() {
    try {
      return Files.readString(log());
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static Process start(List<String> flags) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx1g");
    command.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:MetaspaceSize=192m"));
    for (String open : List.of("lang", "net", "nio", "time", "util", "util.concurrent")) {
      command.add("--add-opens=java.base/java." + open + "=ALL-UNNAMED");
    }
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(Millrace.class.getName());
    command.add("run");
    command.addAll(flags);
    if (!Files.exists(log())) {
      Files.writeString(log(), "", StandardOpenOption.CREATE);
    }
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("MILLRACE_HOME", directory.toString());
    builder.environment().remove("JDK_JAVA_OPTIONS");
    return builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile())).start();
  }
}
