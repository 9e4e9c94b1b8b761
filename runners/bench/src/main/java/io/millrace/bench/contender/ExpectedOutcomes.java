package io.millrace.bench.contender;

import io.millrace.testdata.manifest.Manifest;
import io.millrace.testdata.manifest.ManifestEntry;
import io.millrace.testdata.manifest.Outcome;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The expected outcomes of a stream.
 *
 * @param outcomes records by outcome
 * @param lateIdentities number of distinct late events; a duplicate of a late event is also late,
 *     but the same row
 */
public record ExpectedOutcomes(Map<Outcome, Long> outcomes, long lateIdentities) {

  public static ExpectedOutcomes of(Path manifest) {
    Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    for (Outcome outcome : Outcome.values()) {
      outcomes.put(outcome, 0L);
    }
    Set<String> late = new HashSet<>();
    Manifest.read(
        manifest,
        (ManifestEntry entry) -> {
          outcomes.merge(entry.outcome(), 1L, Long::sum);
          if (entry.outcome() == Outcome.LATE) {
            late.add(entry.identity());
          }
        });
    return new ExpectedOutcomes(outcomes, late.size());
  }

  /** The outcomes of this stream and of another one with other events. */
  public ExpectedOutcomes plus(ExpectedOutcomes other) {
    Map<Outcome, Long> sum = new EnumMap<>(outcomes);
    other.outcomes.forEach((outcome, records) -> sum.merge(outcome, records, Long::sum));
    return new ExpectedOutcomes(sum, lateIdentities + other.lateIdentities);
  }

  public long of(Outcome outcome) {
    return outcomes.get(outcome);
  }

  public long records() {
    return outcomes.values().stream().mapToLong(Long::longValue).sum();
  }
}
