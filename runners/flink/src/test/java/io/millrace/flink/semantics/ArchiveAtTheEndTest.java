package io.millrace.flink.semantics;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import io.millrace.archive.store.ArchiveStore;
import io.millrace.archive.store.Manifest;
import io.millrace.archive.write.Rolling;
import io.millrace.archive.write.WriteToArchive;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import io.millrace.event.OutcomeTags;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.junit.jupiter.api.io.TempDir;

/** Rows that wait for their part, and parts that wait for a checkpoint or a file, at the end. */
class ArchiveAtTheEndTest {
  private static final int EVENTS = 50;

  @TempDir private Path directory;

  @OnEachRunner
  void whatWaitsIsWritten(RunnerUnderTest runner) throws Exception {
    ArchiveStore store = new ArchiveStore("file://" + directory);
    TestPipeline pipeline = runner.pipeline();
    ArrivingEvents arrivals = ArrivingEvents.ofOnePartition();
    for (int i = 0; i < EVENTS; i++) {
      arrivals.event("event" + i, SmallEvents.NOON + i);
      if (i % 10 == 0) {
        arrivals.nextBundle();
      }
    }
    Rolling neverByAge =
        new Rolling(
            1000,
            Duration.ofDays(1),
            1 << 20,
            Duration.ofDays(1),
            1,
            1 << 20,
            runner != RunnerUnderTest.DIRECT);
    PCollection<List<Event>> groups =
        pipeline
            .apply(arrivals.stream())
            .apply(
                "Groups",
                MapElements.into(TypeDescriptors.lists(TypeDescriptor.of(Event.class)))
                    .via(List::of))
            .setCoder(EventCoder.ofGroups(SmallEvents.CONTRACT.schema()));
    PCollectionTuple.of(OutcomeTags.ACCEPTED, groups)
        .apply(
            "Archive",
            new WriteToArchive(
                new WriteToArchive.Config(
                    store.root(),
                    SmallEvents.CONTRACT,
                    neverByAge,
                    DeadLetterFactory.of(SmallEvents.CONTRACT, "test", Clock.system()),
                    Clock.system(),
                    Thread::sleep,
                    true)));
    pipeline.run().waitUntilFinish();

    List<Manifest.File> files = Manifest.files(store);
    assertThat(files.stream().mapToLong(Manifest.File::rows).sum(), is((long) EVENTS));
    assertThat(
        files.stream().map(Manifest.File::path).toList(),
        everyItem(startsWith("accepted/small/event_date=2026-03-01/")));
  }
}
