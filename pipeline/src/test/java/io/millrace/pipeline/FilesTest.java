package io.millrace.pipeline;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Outcome;
import io.millrace.file.FileAddress;
import io.millrace.io.ReadTuning;
import io.millrace.options.Sinks;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Files through the whole graph: where their events end, by time above all. */
@ExtendWith(TestPipelineExtension.class)
class FilesTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Clock CLOCK = () -> Instant.parse("2026-06-01T00:00:00Z").toEpochMilli();

  /** Ten years ahead of the clock. */
  private static final Instant FAR_FUTURE = Instant.parse("2036-06-01T00:00:00Z");

  @TempDir private Path directory;
  private final List<String> lines = new ArrayList<>();

  /** Query events: out of order by 10 s, late after 1 h, at most a day ahead. */
  private static String yaml() throws IOException {
    try (InputStream yaml = FilesTest.class.getResourceAsStream("/contracts/query-events.yaml")) {
      return new String(yaml.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Contract contract() throws IOException {
    return ContractLoader.parse(yaml(), "query-events.yaml");
  }

  private static Contract withoutMaxAhead() throws IOException {
    return ContractLoader.parse(
        yaml().replaceFirst("(?m)^ *max_ahead:.*$", ""), "query-events.yaml");
  }

  private void event(Instant time) {
    lines.add(
        "{\"query_id\":\""
            + time
            + "\",\"event_type\":\"query_started\",\"timestamp\":\""
            + time
            + "\",\"metadata\":{}}");
  }

  /** An event every minute. */
  private void minutes(Instant from, int count) {
    for (int i = 0; i < count; i++) {
      event(from.plus(Duration.ofMinutes(i)));
    }
  }

  private String write(String name) throws IOException {
    Path file = directory.resolve(name);
    byte[] text = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    lines.clear();
    if (name.endsWith(".gz")) {
      try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
        out.write(text);
      }
    } else {
      Files.write(file, text);
    }
    return file.toString();
  }

  private static Balance run(TestPipeline pipeline, Contract contract, String path) {
    DeadLetterFactory deadLetters = DeadLetterFactory.of(contract, "test", CLOCK);
    TelemetryPipeline.build(
        pipeline,
        new FileAddress(path).open(contract, CLOCK, ReadTuning.NONE),
        contract,
        Sinks.of(new RefusingSink(deadLetters)),
        deadLetters,
        new TelemetryPipeline.Spread(2, 8, 1),
        CLOCK);
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();
    Balance balance = Balance.of(result);
    assertThat(balance.equation(), balance.balances(), equalTo(true));
    return balance;
  }

  private static Map<Outcome, Long> outcomes(long accepted, long duplicate, long late, long dead) {
    return Map.of(
        Outcome.ACCEPTED, accepted,
        Outcome.ERROR, 0L,
        Outcome.DUPLICATE, duplicate,
        Outcome.LATE, late,
        Outcome.FILTERED, 0L,
        Outcome.DEAD, dead);
  }

  private static long dead(Balance balance, DeadLetterCode code) {
    return balance.counters().getOrDefault(RefusingSink.WRITTEN_WITH_CODE + code, 0L);
  }

  @Test
  void anOldFileInOrderIsNotLate(TestPipeline pipeline) throws IOException {
    minutes(NOON.minus(Duration.ofDays(2000)), 300);
    assertThat(
        run(pipeline, contract(), write("a.jsonl")).outcomes(), equalTo(outcomes(300, 0, 0, 0)));
  }

  @Test
  void disorderIsAllowedForUntilItIsLate(TestPipeline pipeline) throws IOException {
    minutes(NOON, 120);
    // The watermark is 10 s behind the event before the last one: at 13:57:50.
    event(NOON.plus(Duration.ofMinutes(57)));
    event(NOON.plus(Duration.ofMinutes(56)).plusSeconds(1));
    event(NOON.plus(Duration.ofMinutes(119)).plusSeconds(1));
    // Now at 13:58:50: what happened before 12:58 is late.
    event(NOON.plus(Duration.ofMinutes(57)).plusSeconds(59));
    event(NOON.plus(Duration.ofMinutes(58)).plusSeconds(1));
    event(NOON.plus(Duration.ofMinutes(58)).plusSeconds(1));
    assertThat(
        run(pipeline, contract(), write("a.jsonl")).outcomes(),
        // 12:57:00 is a repeat, and so is the last one; 12:56:01 is late and 12:57:59 is.
        equalTo(outcomes(122, 2, 2, 0)));
  }

  @Test
  void garbageIsADeadLetterAndAnEmptyLineIsNoRecord(TestPipeline pipeline) throws IOException {
    lines.add("not json");
    event(NOON);
    lines.add("");
    lines.add("\r");
    lines.add(" ");
    lines.add("{\"query_id\":");
    lines.add("x".repeat((1 << 20) + 100));
    event(NOON.plusSeconds(1));
    Balance balance = run(pipeline, contract(), write("a.jsonl.gz"));
    assertThat(balance.outcomes(), equalTo(outcomes(2, 0, 0, 4)));
    assertThat(dead(balance, DeadLetterCode.EMPTY), equalTo(1L));
    assertThat(dead(balance, DeadLetterCode.MALFORMED_JSON), equalTo(1L));
    assertThat(dead(balance, DeadLetterCode.TRUNCATED), equalTo(1L));
    assertThat(dead(balance, DeadLetterCode.TOO_LARGE), equalTo(1L));
  }

  @Test
  void aTimeInTheFarFutureIsADeadLetterIfTheContractSaysSo(TestPipeline pipeline)
      throws IOException {
    event(FAR_FUTURE);
    minutes(NOON, 3);
    event(FAR_FUTURE.plusSeconds(1));
    event(FAR_FUTURE.plusSeconds(2));
    minutes(NOON.plusSeconds(1), 3);
    Balance balance = run(pipeline, contract(), write("a.jsonl"));
    assertThat(balance.outcomes(), equalTo(outcomes(6, 0, 0, 3)));
    assertThat(dead(balance, DeadLetterCode.TIME_OUT_OF_RANGE), equalTo(3L));
  }

  @Test
  void aTimeInTheFarFutureIsKeptOtherwiseAndMakesNothingLate(TestPipeline pipeline)
      throws IOException {
    event(FAR_FUTURE);
    minutes(NOON, 3);
    event(FAR_FUTURE);
    event(FAR_FUTURE.plusSeconds(1));
    event(FAR_FUTURE.plusSeconds(2));
    minutes(NOON.plusSeconds(1), 3);
    assertThat(
        run(pipeline, withoutMaxAhead(), write("a.jsonl")).outcomes(),
        equalTo(outcomes(9, 1, 0, 0)));
  }

  @Test
  void aTimeBeforeTheFloorIsADeadLetterIfTheContractSaysSo(TestPipeline pipeline)
      throws IOException {
    Contract contract = contract();
    Contract.TimeBounds time = contract.time();
    event(NOON.minusMillis(1));
    event(NOON);
    Balance balance =
        run(
            pipeline,
            contract.withTime(
                new Contract.TimeBounds(
                    time.outOfOrderness(),
                    time.allowedLateness(),
                    time.bucket(),
                    time.maxAhead(),
                    NOON)),
            write("a.jsonl"));
    assertThat(balance.outcomes(), equalTo(outcomes(1, 0, 0, 1)));
    assertThat(dead(balance, DeadLetterCode.TIME_OUT_OF_RANGE), equalTo(1L));
  }

  @Test
  void aTimeLongAgoIsLateOtherwise(TestPipeline pipeline) throws IOException {
    minutes(NOON, 3);
    event(Instant.parse("1970-01-01T00:00:00Z"));
    assertThat(
        run(pipeline, contract(), write("a.jsonl")).outcomes(), equalTo(outcomes(3, 0, 1, 0)));
  }

  @Test
  void severalFilesAreDeduplicatedTogetherAndLateEachForItself(TestPipeline pipeline)
      throws IOException {
    minutes(NOON, 120);
    write("a.jsonl");
    minutes(NOON, 120);
    write("b.jsonl.gz");
    minutes(NOON.plus(Duration.ofDays(1)), 120);
    event(NOON);
    write("c.jsonl");
    assertThat(
        run(pipeline, contract(), directory + "/*.jsonl*").outcomes(),
        equalTo(outcomes(240, 120, 1, 0)));
  }
}
