package io.millrace.cli.audit;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.MillraceCommand;
import io.millrace.cli.MillraceProcess;
import io.millrace.direct.DirectDefaults;
import io.millrace.io.InFlight;
import io.millrace.io.SourceException;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import io.millrace.pipeline.Launch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.apache.beam.sdk.PipelineResult;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import picocli.CommandLine;

/**
 * A log that removes records before they are read: the run goes on and the audit fails; and a topic
 * that is deleted and created again under a run. The reader is KafkaIO's; {@code LogMovesIT} has
 * the other one. The tests are in order.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LostRangesIT {
  private static final long LONGEST_NANOS = Duration.ofMinutes(2).toNanos();
  private static final long PAUSE_NANOS = Duration.ofMillis(150).toNanos();
  private static final long WAIT = 1_000_000;

  private static LocalStack stack;
  private static Admin admin;

  @BeforeAll
  static void start() throws Exception {
    stack = SharedStack.clean();
    admin = Admin.create(Map.of("bootstrap.servers", stack.kafka().address()));
    create();
    send(600);
  }

  @AfterAll
  static void stop() {
    if (admin != null) {
      admin.close();
    }
  }

  private static void create() throws Exception {
    admin.createTopics(List.of(new NewTopic("lossy", 1, (short) 1))).all().get();
  }

  private static void send(int records) throws Exception {
    MillraceProcess.Result sent =
        MillraceCommand.run("generate", "--to=" + topic(), "--count=" + records);
    assertThat(sent.err(), sent.exitCode(), is(0));
  }

  private static void removeBefore(long offset) throws Exception {
    admin
        .deleteRecords(Map.of(new TopicPartition("lossy", 0), RecordsToDelete.beforeOffset(offset)))
        .all()
        .get();
  }

  private static String topic() {
    return "kafka://" + stack.kafka().address() + "/lossy";
  }

  private static String output() {
    return "--output=clickhouse" + stack.clickHouse().address().substring(4) + "/lossy";
  }

  private static Launch launch() {
    Launch launch =
        Launch.of(
            Launch.parse(
                DirectDefaults.addTo(
                    List.of(
                        "--input=" + topic(),
                        output(),
                        "--maxBatchAge=1s",
                        "--kafkaReader=kafkaio",
                        MillraceProcess.contract("query-events.yaml")))));
    assertThat(launch.problems(), empty());
    return launch;
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + LONGEST_NANOS;
    while (!condition.getAsBoolean()) {
      assertThat("in time", System.nanoTime() - deadline < 0);
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private static void awaitSettled(Launch launch, PipelineResult result, long read) {
    await(() -> launch.balance(result).read() == read && launch.balance(result).settled());
  }

  private static JsonNode audit(boolean ok, String... more) throws Exception {
    List<String> args = new ArrayList<>(Arrays.asList(more));
    args.add(output());
    args.add(MillraceProcess.contract("query-events.yaml"));
    AuditCommand command = new AuditCommand();
    new CommandLine(command).parseArgs(args.toArray(String[]::new));
    AuditReport report = command.report();
    assertThat(report.toText(), report.ok(), is(ok));
    return new ObjectMapper().readTree(report.toJson());
  }

  @Test
  @Order(1)
  void aRunThatRetentionOvertakesSaysSoAndTheAuditFails() throws Exception {
    Launch launch = launch();
    AtomicLong inFlight = new AtomicLong(WAIT);
    AtomicLong asked = new AtomicLong();
    try (InFlight gate =
        InFlight.publish(
            launch.runId(),
            () -> {
              asked.incrementAndGet();
              return inFlight.get();
            })) {
      PipelineResult result = launch.start();
      // The reader is at offset 0 and waits, as it does while the sink is slow.
      await(() -> asked.get() > 0);
      removeBefore(240);
      inFlight.set(0);
      awaitSettled(launch, result, 360);
      assertThat(launch.balance(result).recordsLostBeforeRead(), is(240L));
      gate.stopReading();
      result.cancel();
    }
    JsonNode log = audit(false, "--input=" + topic());
    assertThat(log.path("balanced").asBoolean(), is(true));
    assertThat(log.path("outcomes").path("read").asInt(), is(360));
    assertThat(log.path("records_lost_before_read").asInt(), is(240));
    assertThat(log.path("records_lost_before_read_at").toString(), is("[\"lossy/0@0-239\"]"));
    assertThat(log.path("not_in_log").asInt(), is(0));
    assertThat(audit(false).path("records_lost_before_read").asInt(), is(240));
    String accepted = "--acceptLost=lossy/0@0-239";
    assertThat(audit(true, accepted).path("accepted_lost").asInt(), is(240));
    assertThat(audit(true, "--input=" + topic(), accepted).path("ok").asBoolean(), is(true));
    audit(false, "--acceptLost=lossy/0@0-238");
  }

  @Test
  @Order(2)
  void whatWasRemovedBetweenTwoRunsIsNoticedBesideTheLog() throws Exception {
    send(100);
    removeBefore(650);
    String first = "--acceptLost=lossy/0@0-239";
    JsonNode before = audit(false, "--input=" + topic(), first);
    assertThat(before.path("not_in_log_at").toString(), is("[\"lossy/0@600-649\"]"));
    assertThat(before.path("without_outcome_at").toString(), is("[\"lossy/0@650-699\"]"));

    Launch launch = launch();
    try (InFlight gate = InFlight.publish(launch.runId(), () -> 0)) {
      PipelineResult result = launch.start();
      awaitSettled(launch, result, 50);
      assertThat(
          "this run has lost nothing", launch.balance(result).recordsLostBeforeRead(), is(0L));
      JsonNode after = audit(false, "--input=" + topic(), first);
      assertThat(after.path("not_in_log").asInt(), is(50));
      assertThat(after.path("without_outcome").asInt(), is(0));
      audit(true, "--input=" + topic(), first + ",lossy/0@600-649");

      // Under the running pipeline.
      admin.deleteTopics(List.of("lossy")).all().get();
      await(() -> !topics().contains("lossy"));
      create();
      send(5);
      PipelineExecutionException ended =
          assertThrows(
              PipelineExecutionException.class,
              () -> result.waitUntilFinish(org.joda.time.Duration.standardMinutes(2)));
      assertThat(ended.getCause(), instanceOf(SourceException.class));
      assertThat(
          ended.getCause().getMessage(),
          allOf(
              containsString("the topic was deleted and created again"),
              containsString("Restart the pipeline")));
      gate.stopReading();
    }
  }

  @Test
  @Order(3)
  void aTopicThatWasCreatedAgainHasNoOutcomesBeforeItIsRead() throws Exception {
    String accepted = "--acceptLost=lossy/0@0-239,lossy/0@600-649";
    JsonNode before = audit(false, "--input=" + topic(), accepted);
    assertThat(before.path("without_outcome_at").toString(), is("[\"lossy/0@0-4\"]"));

    Launch launch = launch();
    try (InFlight gate = InFlight.publish(launch.runId(), () -> 0)) {
      PipelineResult result = launch.start();
      awaitSettled(launch, result, 5);
      gate.stopReading();
      result.cancel();
    }
    audit(true, "--input=" + topic(), accepted);
    send(1);
    JsonNode after = audit(false, "--input=" + topic(), accepted);
    assertThat(after.path("without_outcome_at").toString(), is("[\"lossy/0@5\"]"));
  }

  private static Set<String> topics() {
    try {
      return admin.listTopics().names().get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
