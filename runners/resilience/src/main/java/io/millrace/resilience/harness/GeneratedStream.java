package io.millrace.resilience.harness;

import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.event.Outcome;
import io.millrace.testdata.GenerateRun;
import io.millrace.testdata.generate.GeneratorOptions;
import io.millrace.testdata.manifest.Manifest;
import io.millrace.testdata.manifest.ManifestEntry;
import io.millrace.testdata.sink.RecordSink;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A topic of generated events, including duplicate, late, erroneous and malformed ones, with their
 * expected outcomes.
 *
 * @param topic {@code kafka://host:port/topic}
 * @param manifest the manifest of the records
 * @param truth number of records by expected outcome
 */
public record GeneratedStream(String topic, Path manifest, Map<Outcome, Long> truth) {
  private static final int PARTITIONS = 3;

  /** Produces a stream into a new topic; returns once the broker has acknowledged all records. */
  public static GeneratedStream produce(
      BenchEnvironment environment, String name, long events, long seed) {
    String topic = "kafka://" + environment.kafka() + "/" + name;
    Path manifest = environment.directory().resolve(name + ".jsonl.gz");
    GeneratorOptions options =
        GeneratorOptions.builder()
            .count(events)
            .seed(seed)
            .duplicates(0.05)
            .late(0.02)
            .errors(0.05)
            .malformed(0.02)
            .build();
    try (RecordSink sink = RecordSink.open(topic, PARTITIONS, Map.of())) {
      new GenerateRun(options, sink).manifest(manifest).run();
    }
    return new GeneratedStream(topic, manifest, truthOf(manifest));
  }

  /** An existing stream, with the expected outcomes of its manifest. */
  public static GeneratedStream of(String topic, Path manifest) {
    return new GeneratedStream(topic, manifest, truthOf(manifest));
  }

  /** The same stream with other expected outcomes. */
  public GeneratedStream withTruth(Path other, UnaryOperator<ManifestEntry> change) {
    try (Manifest.Writer writer = Manifest.write(other)) {
      Manifest.read(manifest, entry -> writer.add(change.apply(entry)));
    }
    return new GeneratedStream(topic, other, truthOf(other));
  }

  /** The number of records. */
  public long records() {
    return truth.values().stream().mapToLong(Long::longValue).sum();
  }

  private static Map<Outcome, Long> truthOf(Path manifest) {
    Map<Outcome, Long> truth = new EnumMap<>(Outcome.class);
    for (Outcome outcome : Outcome.values()) {
      truth.put(outcome, 0L);
    }
    Manifest.read(
        manifest, entry -> truth.merge(Outcome.valueOf(entry.outcome().name()), 1L, Long::sum));
    return truth;
  }
}
