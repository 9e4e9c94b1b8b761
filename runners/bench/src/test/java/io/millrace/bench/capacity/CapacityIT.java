package io.millrace.bench.capacity;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.bench.speed.Backlog;
import io.millrace.bench.speed.EventFeed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Small runs, which check their outcomes themselves. */
class CapacityIT {
  private static final long EVENTS = 20_000;

  @TempDir private static Path directory;
  private static BenchEnvironment environment;

  @BeforeAll
  static void start() {
    environment = BenchEnvironment.start(directory, line -> {});
  }

  @AfterAll
  static void stop() {
    environment.close();
  }

  @Test
  void manyPartitionsAndABacklogWithArrivals() throws Exception {
    CapacityCommand command = new CapacityCommand();
    Object unused =
        new CommandLine(command)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .parseArgs(
                "--only=partitions,backlog",
                "--events=" + EVENTS,
                "--repetitions=1",
                "--partitions=40",
                "--rate=500")
            .originalArgs();
    JsonNode json = new ObjectMapper().readTree(command.measure(environment).json());
    JsonNode many = json.at("/partitions/runs/many_partitions");
    assertThat(many.at("/events_per_second/median").asDouble(), greaterThan(0.0));
    assertThat(many.at("/start_up_seconds/median").asDouble(), greaterThan(0.0));
    assertThat(many.at("/live_heap_mib/median").asDouble(), greaterThan(1.0));
    assertThat(json.at("/backlog/seconds/median").asDouble(), greaterThan(0.0));
    assertThat(json.at("/backlog/arrived_per_second/median").asDouble(), closeTo(500, 50));
    assertThat(environment.query("SHOW DATABASES LIKE '%_1'"), is(""));
  }

  @Test
  void aHotKeyFillsOnePartitionUnlessItIsSpread() throws Exception {
    EventFeed.Shape even = EventFeed.Shape.EVEN;
    Backlog hot = Backlog.produce(environment, "hot", EVENTS, 2_000, even.withHotKey(0.9, false));
    Backlog spread =
        Backlog.produce(environment, "spread", EVENTS, 2_000, even.withHotKey(0.9, true));
    List<Long> ofHot = records(hot);
    assertThat((double) Collections.max(ofHot) / EVENTS, closeTo(0.925, 0.02));
    assertThat(records(spread), is(Collections.nCopies(even.partitions(), EVENTS / 4)));
  }

  @Test
  void identitiesAreInRocksDbAndCheckpointsWriteWhatChanged() {
    IdentityFigures figures = IdentityRun.of(environment, 200_000, Duration.ofSeconds(25));
    assertThat(figures.cpuMicros(), greaterThan(0.0));
    assertThat(figures.bytesAnIdentity(), greaterThan(16.0));
    assertThat(figures.checkpointMegabytes().least(), lessThan(figures.stateBytes() / 1e6));
  }

  private static List<Long> records(Backlog backlog) throws Exception {
    Map<TopicPartition, OffsetSpec> ends =
        IntStream.range(0, EventFeed.Shape.EVEN.partitions())
            .boxed()
            .collect(
                Collectors.toMap(
                    partition -> new TopicPartition(backlog.topic(), partition),
                    partition -> OffsetSpec.latest()));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", environment.kafka()))) {
      return admin.listOffsets(ends).all().get().values().stream()
          .map(ListOffsetsResultInfo::offset)
          .toList();
    }
  }
}
