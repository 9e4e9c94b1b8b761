package io.millrace.cli.init.guess;

import io.millrace.contract.TimeFormat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Ranks the fields that can be the time at which an event happened, the best one first. */
public final class GuessEventTime {
  private static final long DAY_SECONDS = 86_400;
  private static final int DEPTH_COSTS = 2;
  private static final int UNLIKELY = 6;

  private static final int FEW_BELOW_PERCENT = 95;

  /** How many in a hundred events must have the time. */
  private static final int ENOUGH_PERCENT = 80;

  private GuessEventTime() {}

  /**
   * A candidate.
   *
   * @param penalty 0 is best
   * @param newestSeconds the newest of the times, seconds since the epoch, UTC
   * @param reason what speaks for it
   */
  public record Candidate(FieldGuess field, int penalty, long newestSeconds, String reason) {}

  /**
   * The candidates.
   *
   * @param nowSeconds when the newest event arrived
   */
  public static List<Candidate> of(List<FieldGuess> fields, long nowSeconds) {
    List<Candidate> candidates = new ArrayList<>();
    for (FieldGuess field : fields) {
      List<Long> seconds = field.isTime() ? seconds(field) : List.of();
      if (!seconds.isEmpty() && seconds.size() * 100L >= (long) field.total() * ENOUGH_PERCENT) {
        candidates.add(candidate(field, seconds, nowSeconds));
      }
    }
    candidates.sort(
        Comparator.comparing((Candidate c) -> !c.field().inNearlyAll())
            .thenComparingInt(Candidate::penalty)
            .thenComparingInt(c -> -digits(c.field())));
    return candidates;
  }

  private static Candidate candidate(FieldGuess field, List<Long> seconds, long nowSeconds) {
    ValueProfile values = field.values();
    long first = seconds.get(0);
    long last = seconds.get(seconds.size() - 1);
    // A single wrong clock says nothing about the field.
    boolean ahead =
        seconds.get((seconds.size() - 1) * FEW_BELOW_PERCENT / 100) > nowSeconds + DAY_SECONDS;
    boolean constant = field.total() > 3 && values.distinct() == 1;
    int penalty =
        NameWords.timeRank(field.key())
            + (field.path().size() - 1) * DEPTH_COSTS
            + (ahead ? UNLIKELY : 0)
            + (constant ? UNLIKELY : 0)
            + (field.above() ? UNLIKELY : 0);
    String reason =
        "a time in %s of %s events, from %s to %s"
            .formatted(
                seconds.size(),
                field.total(),
                Instant.ofEpochSecond(first),
                Instant.ofEpochSecond(last));
    return new Candidate(field, penalty, last, reason + (ahead ? ", partly in the future" : ""));
  }

  /** Digits after the second that were sent. */
  private static int digits(FieldGuess field) {
    TimeFormat unit = unit(field);
    return unit == TimeFormat.ISO8601
        ? field.values().timeDigits()
        : unit == TimeFormat.EPOCH_S
            ? field.values().numbers().stream()
                .mapToInt(n -> n.stripTrailingZeros().scale())
                .reduce(0, Math::max)
            : unit.digits();
  }

  private static TimeFormat unit(FieldGuess field) {
    TimeFormat unit = field.values().isoSeconds().isEmpty() ? EpochUnit.of(field.values()) : null;
    return unit == null ? TimeFormat.ISO8601 : unit;
  }

  /** The times in order, in seconds since the epoch, UTC. */
  private static List<Long> seconds(FieldGuess field) {
    TimeFormat unit = unit(field);
    List<Long> seconds =
        unit == TimeFormat.ISO8601
            ? field.values().isoSeconds()
            : EpochUnit.seconds(field.values(), unit);
    return seconds.stream().sorted().toList();
  }
}
