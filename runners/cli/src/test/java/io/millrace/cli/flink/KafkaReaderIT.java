package io.millrace.cli.flink;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import io.millrace.cli.MillraceCommand;
import io.millrace.cli.MillraceProcess;
import io.millrace.flink.FlinkLaunch;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import io.millrace.local.kafka.GroupOffsets;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.apache.beam.sdk.PipelineResult;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.LocalStreamEnvironment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Millrace's own reader on Flink: partitions and topics that appear while it runs, and between a
 * savepoint and the job that continues from it with other settings.
 */
class KafkaReaderIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  @TempDir private Path directory;

  /** Runs jobs in this process and returns before they end. */
  @SuppressWarnings("try") // Flink's environment may be interrupted while it closes
  private static final class Embedded extends LocalStreamEnvironment {
    private JobClient job;

    Embedded(Configuration configuration) {
      super(configuration);
    }

    @Override
    public JobClient executeAsync(StreamGraph graph) throws Exception {
      job = super.executeAsync(graph);
      return job;
    }

    JobClient run(List<String> args) {
      StreamExecutionEnvironment self = this;
      initializeContextEnvironment(configuration -> self);
      try {
        PipelineResult unused = FlinkLaunch.of(args).start();
      } finally {
        resetContextEnvironment();
      }
      return job;
    }
  }

  private JobClient run(LocalStack stack, String brokers, String savepoint, String... more) {
    Configuration configuration = new Configuration();
    if (!savepoint.isEmpty()) {
      configuration.setString("execution.savepoint.path", savepoint);
    }
    List<String> args = new java.util.ArrayList<>(List.of(more));
    args.addAll(
        List.of(
            "--flinkMaster=[auto]",
            "--attachedMode=false",
            "--parallelism=2",
            "--checkpointingInterval=1000",
            "--maxBatchAge=1s",
            "--kafkaReader=millrace",
            "--consumerGroup=reader-it",
            "--input=kafka://" + brokers + "/grow.*",
            "--output=clickhouse" + stack.clickHouse().address().substring(4) + "/grow",
            MillraceProcess.contract("query-events.yaml")));
    return new Embedded(configuration).run(args);
  }

  private static void send(LocalStack stack, String topic, int records, int seed) throws Exception {
    MillraceProcess.Result sent =
        MillraceCommand.run(
            "generate",
            "--to=kafka://" + stack.kafka().address() + "/" + topic,
            "--count=" + records,
            "--seed=" + seed);
    assertThat(sent.err(), sent.exitCode(), is(0));
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.call()) {
      assertThat(what + " in time", System.nanoTime() - deadline < 0);
      LockSupport.parkNanos(200_000_000);
    }
  }

  private static String query(LocalStack stack, String sql) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(stack.clickHouse().address()))
                .POST(HttpRequest.BodyPublishers.ofString(sql))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body()
        .strip();
  }

  /** Rows of the audit, and different records. */
  private static String audited(LocalStack stack) throws Exception {
    return query(
        stack, "SELECT count(), uniqExact(topic, partition, offset) FROM grow.audit_exact");
  }

  private static boolean hasNoLag(Admin admin) throws Exception {
    List<String> topics =
        admin.listTopics().names().get().stream()
            .filter(topic -> topic.startsWith("grow."))
            .toList();
    return GroupOffsets.committed(admin, "reader-it").equals(GroupOffsets.ends(admin, topics));
  }

  @Test
  void whatAppearsIsReadOnceAlsoAcrossASavepointWithOtherSettings() throws Exception {
    LocalStack stack = SharedStack.clean();
    String brokers = stack.kafka().address();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
      admin.createTopics(List.of(new NewTopic("grow.a", 3, (short) 1))).all().get();
      send(stack, "grow.a", 1_000, 1);
      JobClient first = run(stack, brokers, "");
      await("the first records", () -> audited(stack).equals("1000\t1000"));
      admin.createPartitions(Map.of("grow.a", NewPartitions.increaseTo(6))).all().get();
      admin.createTopics(List.of(new NewTopic("grow.b", 2, (short) 1))).all().get();
      send(stack, "grow.a", 600, 2);
      send(stack, "grow.b", 400, 3);
      await("new partitions and a new topic", () -> audited(stack).equals("2000\t2000"));
      await("no lag", () -> hasNoLag(admin));
      String savepoint =
          first
              .stopWithSavepoint(false, directory.toUri().toString(), SavepointFormatType.CANONICAL)
              .get();
      admin.createTopics(List.of(new NewTopic("grow.c", 1, (short) 1))).all().get();
      send(stack, "grow.c", 300, 4);
      send(stack, "grow.a", 200, 5);
      JobClient second =
          run(
              stack,
              "localhost" + brokers.substring(brokers.lastIndexOf(':')),
              savepoint,
              "--outOfOrderness=25s",
              "--startFrom=latest");
      await("what appeared in between", () -> audited(stack).equals("2500\t2500"));
      await("no lag again", () -> hasNoLag(admin));
      second.cancel().get();
    }
    assertThat(query(stack, "SELECT count() FROM grow.audit_lost"), equalTo("0"));
    assertThat(
        query(stack, "SELECT count() = uniqExact(topic, partition, offset) FROM grow.audit"),
        equalTo("1"));
  }
}
