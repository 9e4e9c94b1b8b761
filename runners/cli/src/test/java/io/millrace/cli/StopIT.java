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
import io.millrace.local.fault.Fault;
import io.millrace.local.fault.FaultProxy;
import java.time.Duration;
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

  /**
   * A proxy that delays INSERTs. With the limit of events in flight, a run takes some 20 s, so that
   * it is in the middle even if the machine pauses.
   */
  private static FaultProxy slowServer() {
    FaultProxy proxy = FaultProxy.before(stack.clickHouse().address());
    proxy.inject(FaultProxy.into("sink_output"), Fault.delayed(Duration.ofSeconds(1)));
    return proxy;
  }

  private static RunningCommand run(FaultProxy proxy, String database, String... more) {
    String[] args = {
      "run",
      "--json",
      "--input=" + topic(),
      "--output=clickhouse://" + proxy.address() + "/" + database,
      MillraceProcess.contract("query-events.yaml"),
      "--maxInFlight=4000",
      "--maxBatchRows=2000"
    };
    String[] all = new String[args.length + more.length];
    System.arraycopy(args, 0, all, 0, args.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return new RunningCommand(all);
  }

  @Test
  void whatIsInFlightIsWrittenBeforeTheEnd() throws Exception {
    try (FaultProxy proxy = slowServer();
        RunningCommand running = run(proxy, "drained")) {
      running.await("rows", () -> TableRows.count(stack, "drained.sink_output") > 0);
      JsonNode balance = new ObjectMapper().readTree(running.stop().out());
      assertThat(balance.toString(), balance.path("balanced").asBoolean());
      // It was stopped in the middle, and nothing that had been read was left behind.
      long read = balance.path("read").asLong();
      assertThat(read, is(allOf(greaterThan(0L), lessThan((long) RECORDS))));
      assertThat(TableRows.count(stack, "drained.audit_exact"), is(read));
    }
  }

  @Test
  void aBatchJobFailsWhereOnlyAnOperatorCanHelp() throws Exception {
    try (FaultProxy proxy = slowServer();
        RunningCommand running =
            run(proxy, "failing", "--onOperatorError=fail", "--untilCaughtUp")) {
      running.await("rows", () -> TableRows.count(stack, "failing.sink_output") > 0);
      stack.clickHouse().query("DROP TABLE failing.sink_output");
      MillraceProcess.Result ended = running.end();
      assertThat(
          ended.err(),
          allOf(
              containsString("millrace: ClickHouse table sink_output: Code: 60."),
              containsString("-> create the table"),
              not(containsString("\tat "))));
      assertThat(ended.exitCode(), is(1));
    }
  }
}
