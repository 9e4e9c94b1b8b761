package io.millrace.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import io.millrace.local.process.LocalStackException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A run that is stopped, and one that is to fail where others would wait. */
class StopIT {
  private static final int RECORDS = 80_000;

  private static LocalStack stack;

  @BeforeAll
  static void generate() {
    stack = SharedStack.clean();
    MillraceProcess.Result generated =
        MillraceCommand.run("generate", "--to=" + topic(), "--count=" + RECORDS);
    assertThat(generated.err(), generated.exitCode(), is(0));
  }

  private static String topic() {
    return "kafka://" + stack.kafka().address() + "/stopped";
  }

  private static String output(String database) {
    return "--output=clickhouse" + stack.clickHouse().address().substring(4) + "/" + database;
  }

  private static Process run(String database, String... more) {
    String[] args = {
      "run",
      "--json",
      "--input=" + topic(),
      output(database),
      MillraceProcess.contract("query-events.yaml"),
      "--maxBatchRows=2000"
    };
    String[] all = new String[args.length + more.length];
    System.arraycopy(args, 0, all, 0, args.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return MillraceProcess.start(all);
  }

  private static long count(String query) {
    try {
      return Long.parseLong(stack.clickHouse().query(query).strip());
    } catch (LocalStackException e) {
      return 0; // The table is not there yet.
    }
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat("still waiting: " + what, System.nanoTime() < deadline);
      Thread.sleep(20);
    }
  }

  private static JsonNode balance(Process process) throws Exception {
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat("the process ends", process.waitFor(1, TimeUnit.MINUTES));
    return new ObjectMapper().readTree(out);
  }

  @Test
  void whatIsInFlightIsWrittenBeforeTheEnd() throws Exception {
    Process process = run("drained");
    try {
      await("rows", () -> count("SELECT count() FROM drained.sink_output") > 0);
      // Process.destroy would close what it prints as well.
      process.toHandle().destroy();
      JsonNode balance = balance(process);
      assertThat(balance.toString(), balance.path("balanced").asBoolean());
      // It was stopped in the middle, and nothing that had been read was left behind.
      long read = balance.path("read").asLong();
      assertThat(read, is(allOf(greaterThan(0L), lessThan((long) RECORDS))));
      assertThat(count("SELECT count() FROM drained.audit_exact"), is(read));
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void aBatchJobFailsWhereOnlyAnOperatorCanHelp() throws Exception {
    Process process = run("failing", "--onOperatorError=fail", "--untilCaughtUp");
    try {
      await("rows", () -> count("SELECT count() FROM failing.sink_output") > 0);
      stack.clickHouse().query("DROP TABLE failing.sink_output");
      String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat("the process ends", process.waitFor(1, TimeUnit.MINUTES));
      assertThat(
          err,
          allOf(
              containsString("millrace: ClickHouse table sink_output: Code: 60."),
              containsString("-> create the table"),
              not(containsString("\tat "))));
      assertThat(process.exitValue(), is(1));
    } finally {
      process.destroyForcibly();
    }
  }
}
