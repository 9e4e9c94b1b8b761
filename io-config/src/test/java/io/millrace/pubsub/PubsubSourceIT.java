package io.millrace.pubsub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.nullValue;

import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import io.millrace.io.ReadTuning;
import io.millrace.local.pubsub.LocalPubsub;
import io.millrace.local.pubsub.PubsubRest;
import io.millrace.local.pubsub.PubsubRest.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The source on the DirectRunner, which checks all it hands on, against the emulator. */
class PubsubSourceIT {
  private static final String PROJECT = "test-project";
  private static final long LONGEST_NANOS = Duration.ofMinutes(3).toNanos();

  /** What was read, by subscription; and by the offset there. */
  private static final Map<String, Map<Long, SourceRecord>> READ = new ConcurrentHashMap<>();

  @TempDir private static Path directory;
  private static LocalPubsub pubsub;

  @BeforeAll
  static void start() {
    LocalPubsub.whyTestsCannotRun().ifPresent(Assumptions::abort);
    pubsub = LocalPubsub.start(directory);
  }

  @AfterAll
  static void stop() {
    if (pubsub != null) {
      pubsub.close();
    }
  }

  private static final class Remember extends DoFn<SourceRecord, Void> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(@Element SourceRecord record) {
      READ.computeIfAbsent(record.topic(), topic -> new ConcurrentHashMap<>())
          .put(record.offset(), record);
    }
  }

  private static Message message(String data, Map<String, String> attributes) {
    return new Message(data.getBytes(UTF_8), attributes, "");
  }

  private static PubsubAddress address(String subscription, String id, String timestamp) {
    return PubsubAddress.parse("pubsub://" + PROJECT + "/" + subscription)
        .with(new PubsubReadConfig(id, timestamp, PubsubEmulator.parse(pubsub.address())));
  }

  private static PubsubRest create(String name) {
    PubsubRest rest = pubsub.rest();
    rest.createTopic(PROJECT, name);
    rest.createSubscription(PROJECT, name, name, 10);
    return rest;
  }

  private static Map<Long, SourceRecord> read(PubsubAddress address, int expected)
      throws IOException {
    return read(address, () -> READ.getOrDefault(address.path(), Map.of()).size() >= expected);
  }

  private static Map<Long, SourceRecord> read(PubsubAddress address, BooleanSupplier done)
      throws IOException {
    DirectOptions options = PipelineOptionsFactory.create().as(DirectOptions.class);
    options.setBlockOnRun(false);
    options.setTargetParallelism(1);
    Pipeline pipeline = Pipeline.create(options);
    pipeline
        .apply("ReadRecords", new PubsubSource(address, ReadTuning.NONE).read())
        .apply("Remember", ParDo.of(new Remember()));
    PipelineResult result = pipeline.run();
    try {
      long deadline = System.nanoTime() + LONGEST_NANOS;
      while (!done.getAsBoolean() && System.nanoTime() - deadline < 0) {
        result.waitUntilFinish(org.joda.time.Duration.millis(100));
      }
    } finally {
      result.cancel();
    }
    return READ.getOrDefault(address.path(), Map.of());
  }

  @Test
  void readsWhatWasPublished() throws IOException {
    PubsubRest rest = create("plain");
    long before = System.currentTimeMillis();
    List<String> ids =
        rest.publish(
            PROJECT,
            "plain",
            List.of(message("a", Map.of()), message("", Map.of("b", "é", "a", ""))));
    List<String> ordered =
        rest.publish(PROJECT, "plain", List.of(new Message(new byte[] {0, -1}, Map.of(), "key")));
    PubsubAddress address = address("plain", null, null);
    Map<Long, SourceRecord> read = read(address, 3);
    assertThat(read, aMapWithSize(3));
    SourceRecord first = read.get(Long.parseLong(ids.get(0)));
    assertThat(first.topic(), equalTo("projects/test-project/subscriptions/plain"));
    assertThat(first.value(), equalTo("a".getBytes(UTF_8)));
    assertThat(first.key(), nullValue());
    assertThat(first.headers(), empty());
    assertThat(first.recordTimeMillis(), greaterThan(before - 1));
    assertThat(first.recordTimeMillis(), lessThan(System.currentTimeMillis() + 1));
    assertThat(first.arrivalWatermarkMillis(), equalTo(first.recordTimeMillis()));
    SourceRecord second = read.get(Long.parseLong(ids.get(1)));
    assertThat(second.value(), equalTo(new byte[0]));
    assertThat(
        second.headers(),
        contains(new Header("a", new byte[0]), new Header("b", "é".getBytes(UTF_8))));
    SourceRecord third = read.get(Long.parseLong(ordered.get(0)));
    assertThat(third.value(), equalTo(new byte[] {0, -1}));
    assertThat(third.key(), equalTo("key".getBytes(UTF_8)));
  }

  /** Beam's own client would fail on the whole pull, and for ever. */
  @Test
  void aMessageWithoutReadableTimeHarmsNobody() throws IOException {
    PubsubRest rest = create("times");
    List<Message> messages = new ArrayList<>();
    messages.add(message("none", Map.of()));
    messages.add(message("no time", Map.of("ts", "soon")));
    messages.add(message("empty", Map.of("ts", "")));
    messages.add(message("2036", Map.of("ts", "2082758400000")));
    messages.add(message("no long", Map.of("ts", "99999999999999999999")));
    messages.add(message("good", Map.of("ts", "1772323200000")));
    messages.add(message("good text", Map.of("ts", "2026-03-01T00:00:00Z")));
    long before = System.currentTimeMillis();
    List<String> ids = rest.publish(PROJECT, "times", messages);
    Map<Long, SourceRecord> read = read(address("times", null, "ts"), messages.size());
    assertThat(read, aMapWithSize(messages.size()));
    for (int i = 0; i < messages.size(); i++) {
      SourceRecord record = read.get(Long.parseLong(ids.get(i)));
      String what = new String(record.value(), UTF_8);
      if (what.startsWith("good")) {
        assertThat(what, record.recordTimeMillis(), equalTo(1_772_323_200_000L));
      } else {
        assertThat(what, record.recordTimeMillis(), greaterThan(before - 1));
        assertThat(what, record.recordTimeMillis(), lessThan(System.currentTimeMillis() + 1));
      }
    }
  }

  @Test
  void oneIdAttributeIsOneRecordAndTheMessageIdIsKept() throws IOException {
    PubsubRest rest = create("ids");
    List<String> ids =
        rest.publish(
            PROJECT,
            "ids",
            List.of(
                message("1", Map.of("id", "same")),
                message("2", Map.of("id", "same")),
                message("3", Map.of("id", "")),
                message("4", Map.of()),
                message("5", Map.of("id", "other"))));
    PubsubAddress address = address("ids", "id", null);
    // The repeat is acknowledged without having been read.
    Map<Long, SourceRecord> read =
        read(
            address,
            () ->
                READ.getOrDefault(address.path(), Map.of()).size() >= 4
                    && READ.get(address.path())
                        .keySet()
                        .containsAll(ids.subList(2, 5).stream().map(Long::parseLong).toList()));
    SourceRecord other = read.get(Long.parseLong(ids.get(4)));
    assertThat(other.headers(), contains(new Header("id", "other".getBytes(UTF_8))));
    long same =
        read.values().stream()
            .filter(record -> record.headers().contains(new Header("id", "same".getBytes(UTF_8))))
            .count();
    assertThat(same, equalTo(1L));
    assertThat(read.keySet(), hasItem(Long.parseLong(ids.get(2))));
    assertThat(read.keySet(), hasItem(Long.parseLong(ids.get(3))));
    assertThat(read, aMapWithSize(4));
  }

  @Test
  void thePreflightKnowsTheEmulator() {
    create("there");
    assertThat(new PubsubSource(address("there", null, null), ReadTuning.NONE).check(), empty());
    assertThat(
        new PubsubSource(address("missing", null, null), ReadTuning.NONE).check(),
        contains(
            containsString("subscription `missing` does not exist in project `test-project`")));
  }
}
