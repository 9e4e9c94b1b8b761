package io.millrace.testdata.manifest;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The number of records by outcome and by code.
 *
 * @param records all records in the manifest; the sum over the outcomes
 * @param outcomes records by outcome, including zeros
 * @param deadCodes dead records by code, without zeros
 * @param unconfirmed records that the sink did not confirm because the run failed; each may have
 *     arrived, and none is in the manifest
 * @param complete whether the manifest was closed; otherwise its writer was killed, and it holds
 *     the records that were confirmed until then
 */
public record ManifestTotals(
    long records,
    Map<Outcome, Long> outcomes,
    SortedMap<String, Long> deadCodes,
    long unconfirmed,
    boolean complete) {

  /** Copies the maps. */
  public ManifestTotals {
    Map<Outcome, Long> everyOutcome = new EnumMap<>(Outcome.class);
    for (Outcome outcome : Outcome.values()) {
      everyOutcome.put(outcome, outcomes.getOrDefault(outcome, 0L));
    }
    outcomes = Collections.unmodifiableMap(everyOutcome);
    deadCodes = Collections.unmodifiableSortedMap(new TreeMap<>(deadCodes));
  }

  public long of(Outcome outcome) {
    return outcomes.get(outcome);
  }

  /** Whether accepted + error + duplicate + late + dead equals the number of records. */
  public boolean balances() {
    long sum = outcomes.values().stream().mapToLong(Long::longValue).sum();
    long dead = deadCodes.values().stream().mapToLong(Long::longValue).sum();
    return sum == records && dead == of(Outcome.DEAD);
  }

  /** Counts entries. Not thread-safe. */
  public static final class Counter {
    private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    private final SortedMap<String, Long> deadCodes = new TreeMap<>();
    private long records;

    public void add(ManifestEntry entry) {
      records++;
      outcomes.merge(entry.outcome(), 1L, Long::sum);
      if (entry.outcome() == Outcome.DEAD) {
        deadCodes.merge(entry.code(), 1L, Long::sum);
      }
    }

    public ManifestTotals totals(long unconfirmed, boolean complete) {
      return new ManifestTotals(records, outcomes, deadCodes, unconfirmed, complete);
    }
  }
}
