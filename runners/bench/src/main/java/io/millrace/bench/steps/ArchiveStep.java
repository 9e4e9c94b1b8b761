package io.millrace.bench.steps;

import io.millrace.archive.ArchiveConnector;
import io.millrace.archive.store.ArchiveStore;
import io.millrace.archive.store.Manifest;
import io.millrace.bench.harness.Bar;
import io.millrace.bench.workload.CountingSink;
import io.millrace.bench.workload.GeneratedEvents;
import io.millrace.bench.workload.Workload;
import io.millrace.cli.support.TextLines;
import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import io.millrace.event.Outcome;
import io.millrace.event.OutcomeTags;
import io.millrace.flink.LocalFlink;
import io.millrace.io.SinkAddress;
import io.millrace.io.flags.FlagReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.commons.io.FileUtils;

/**
 * Writing events to an archive in a local directory. Each run has a Flink of its own in this JVM
 * (streaming, one subtask, no checkpoints, Millrace's defaults) and an empty directory. Files are
 * written at the end.
 */
final class ArchiveStep implements MeasuredStep {
  /** CPU microseconds an event that an archive may cost. */
  private static final double BAR_MICROS = 6;

  private static final String BYTES = "bytes an event";

  private final long events;
  private final Contract contract = Workload.contract();

  ArchiveStep(long events) {
    this.events = events;
  }

  @Override
  public String name() {
    return "archive";
  }

  @Override
  public String title() {
    return TextLines.text(
        "%,d events of %.0f bytes; Flink in this JVM, one subtask; files in a local directory",
        events, GeneratedEvents.averageBytes(contract));
  }

  @Override
  public String counter() {
    return BYTES;
  }

  @Override
  public List<Variant> variants() {
    return List.of(
        new Variant(
            NONE,
            "source -> count",
            () -> run(source -> CountingSink.add(source, Outcome.ACCEPTED))),
        new Variant(MILLRACE, "archive", this::runArchiving));
  }

  /** Fails unless every event is in the archive. */
  private MeasuredRun runArchiving() {
    try {
      Path directory = Files.createTempDirectory("millrace-bench-archive");
      try {
        String root = "file://" + directory;
        MeasuredRun run = run(source -> write(source, root));
        List<Manifest.File> files = Manifest.files(new ArchiveStore(root));
        MeasuredRun.expect("rows", events, files.stream().mapToLong(Manifest.File::rows).sum());
        return run.with(BYTES, files.stream().mapToLong(Manifest.File::bytes).sum() / events);
      } finally {
        FileUtils.deleteDirectory(directory.toFile());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private MeasuredRun run(Consumer<PCollection<List<Event>>> sink) {
    Pipeline pipeline = Pipeline.create(LocalFlink.options());
    sink.accept(
        pipeline
            // One element makes all events, as for the other sinks.
            .apply("Count", Create.of(events))
            .apply("Events", ParDo.of(GeneratedEvents.withSlices(contract)))
            .setCoder(EventCoder.ofGroups(contract.schema())));
    MeasuredRun run = MeasuredRun.of(pipeline, events);
    MeasuredRun.expect("accepted", events, run.counted(Outcome.ACCEPTED.label()));
    return run;
  }

  private void write(PCollection<List<Event>> source, String root) {
    ArchiveConnector connector = new ArchiveConnector();
    SinkAddress address = connector.parseOutput("archive+" + root);
    DeadLetterFactory deadLetters = DeadLetterFactory.of(contract, "bench", Clock.system());
    PCollectionTuple.of(OutcomeTags.ACCEPTED, source)
        .apply(
            "WriteOutcomes",
            connector
                .configure(List.of(address), new FlagReader(source.getPipeline().getOptions()))
                .apply(address)
                .open(contract, deadLetters, Clock.system(), true)
                .write());
  }

  @Override
  public List<Bar> bars(StepCosts costs) {
    return List.of(new Bar("CPU µs an event", costs.cost(MILLRACE).median(), BAR_MICROS, false));
  }
}
