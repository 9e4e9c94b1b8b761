package io.millrace.deadletter.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;

import io.millrace.event.SourceRecord;
import io.millrace.io.InFlight;
import io.millrace.io.InFlightLimit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(TestPipelineExtension.class)
class ReplaySourceTest {
  private static final int RECORDS = 250;
  private static final int HELD = 3;

  @TempDir private Path directory;
  private final List<SourceRecord> records = new ArrayList<>();

  @BeforeEach
  void write() throws IOException {
    try (ReplayFile.Writer file = new ReplayFile.Writer(directory)) {
      for (int i = 0; i < RECORDS; i++) {
        SourceRecord whole =
            new SourceRecord(
                "t",
                i % 3,
                i,
                null,
                i % 7 == 0 ? null : ("value " + i).getBytes(UTF_8),
                List.of(new SourceRecord.Header("h", null)),
                1_000 + i,
                i);
        SourceRecord record = i % 2 == 0 ? whole : whole.element(4, 9, new byte[] {1});
        records.add(record);
        file.add(record);
      }
      assertThat(file.count(), is((long) RECORDS));
    }
  }

  @Test
  void itReadsEachRecordOnceWithItsPlace(TestPipeline pipeline) {
    PAssert.that(pipeline.apply(source(0).read())).containsInAnyOrder(records);
    pipeline.run().waitUntilFinish();
  }

  @Test
  void itWaitsWhileTooManyEventsAreInFlight(TestPipeline pipeline) {
    AtomicInteger asked = new AtomicInteger();
    PAssert.that(pipeline.apply(source(0, new InFlightLimit("replay", 10)).read()))
        .containsInAnyOrder(records);
    try (InFlight gate =
        InFlight.publish("replay", () -> asked.incrementAndGet() <= HELD ? 11 : 10)) {
      pipeline.run().waitUntilFinish();
      assertThat(asked.get(), is(greaterThan(HELD)));
      assertThat(gate.getInFlight(), is(10L));
    }
  }

  @Test
  void theRateIsALimit(TestPipeline pipeline) {
    long start = System.nanoTime();
    PAssert.that(pipeline.apply(source(200).read())).containsInAnyOrder(records);
    pipeline.run().waitUntilFinish();

    assertThat((System.nanoTime() - start) / 1e9, greaterThanOrEqualTo(1.0));
  }

  @Test
  void aReaderBeginsAtAnyRecord() throws IOException {
    for (int from : new int[] {0, 1, RECORDS - 1}) {
      try (ReplayFile.Reader reader = new ReplayFile.Reader(directory.toString(), from)) {
        assertThat(reader.next(), is(records.get(from)));
      }
    }
    assertThat(ReplayFile.count(directory.toString()), is((long) RECORDS));
  }

  private ReplaySource source(int rate) {
    return source(rate, InFlightLimit.NONE);
  }

  private ReplaySource source(int rate, InFlightLimit run) {
    return new ReplaySource(new ReplayAddress(directory.toString(), "store", rate), run);
  }
}
