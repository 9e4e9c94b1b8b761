package io.millrace.cli.init.guess;

import io.millrace.cli.init.guess.ValueProfile.Kind;
import io.millrace.contract.TimeFormat;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Ranks the fields that can be the time at which an event happened, the best one first. */
public final class GuessEventTime {
  private static final long DAY_SECONDS = 86_400;
  private static final int DEPTH_COSTS = 2;
  private static final int UNLIKELY = 6;

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
      if (field.isTime()
          && field.values().present() * 100L >= (long) field.total() * ENOUGH_PERCENT) {
        candidates.add(candidate(field, nowSeconds));
      }
    }
    candidates.sort(
        Comparator.comparing((Candidate c) -> !c.field().inAll())
            .thenComparingInt(Candidate::penalty)
            .thenComparingInt(c -> -digits(c.field())));
    return candidates;
  }

  private static Candidate candidate(FieldGuess field, long nowSeconds) {
    ValueProfile values = field.values();
    long first = seconds(field, values.least());
    long last = seconds(field, values.greatest());
    boolean ahead = last > nowSeconds + DAY_SECONDS;
    boolean constant = field.total() > 3 && values.distinct() == 1;
    int penalty =
        NameWords.timeRank(field.key())
            + (field.path().size() - 1) * DEPTH_COSTS
            + (ahead ? UNLIKELY : 0)
            + (constant ? UNLIKELY : 0)
            + (field.above() ? UNLIKELY : 0);
    String reason =
        "a time in %,d of %,d events, from %s to %s"
            .formatted(
                values.present(),
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
        : unit == TimeFormat.EPOCH_S ? field.values().scale() : unit.digits();
  }

  private static TimeFormat unit(FieldGuess field) {
    ValueProfile values = field.values();
    boolean iso =
        values.kinds().contains(Kind.TEXT) && !values.allTexts(ValueProfile.TextForm.NUMBER);
    TimeFormat unit = iso ? null : GuessType.unit(values);
    return unit == null ? TimeFormat.ISO8601 : unit;
  }

  private static long seconds(FieldGuess field, BigDecimal value) {
    int digits =
        switch (unit(field)) {
          case EPOCH_MS -> 3;
          case EPOCH_US -> 6;
          case EPOCH_NS -> 9;
          case ISO8601, EPOCH_S -> 0;
        };
    return value.movePointLeft(digits).setScale(0, RoundingMode.FLOOR).longValueExact();
  }
}
