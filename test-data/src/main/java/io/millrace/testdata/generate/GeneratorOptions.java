package io.millrace.testdata.generate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The options of the generator.
 *
 * <p>The shares ({@code duplicates}, {@code late}, {@code errors}, {@code malformed}) are fractions
 * of all records. The remaining records are {@code accepted}. Shares are targets: a short run has
 * fewer duplicates and late events. The manifest has the actual numbers.
 *
 * @param count the number of records of all outcomes
 * @param rate records per second; 0 is as fast as possible
 * @param seed the random seed
 * @param duplicates the share of records that repeat an earlier valid event, byte for byte
 * @param late the share of records that are valid events past the allowed lateness
 * @param errors the share of on-time events that report an application error
 * @param malformed the share of records that are malformed
 * @param hotKey the fraction of the records, except late ones, of one hot query and user
 * @param outOfOrderness the maximum delay between an event time and its record time
 * @param allowedLateness how long after the end of its bucket an event is still accepted
 * @param bucket the contract's time bucket, from whose end lateness is measured
 * @param lateAfterRecords the number of records in a partition before its first late event; in an
 *     existing topic, a reader's clock follows older records until it has read enough new ones
 */
public record GeneratorOptions(
    long count,
    double rate,
    long seed,
    double duplicates,
    double late,
    double errors,
    double malformed,
    double hotKey,
    Duration outOfOrderness,
    Duration allowedLateness,
    Duration bucket,
    long lateAfterRecords) {

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException with one line for all problems
   */
  public GeneratorOptions {
    List<String> problems = new ArrayList<>();
    require(problems, count >= 1, "count must be at least 1, is " + count);
    require(
        problems,
        rate >= 0 && Double.isFinite(rate),
        "rate must be 0 (as fast as possible) or more records per second, is " + rate);
    share(problems, "duplicates", duplicates);
    share(problems, "late", late);
    share(problems, "errors", errors);
    share(problems, "malformed", malformed);
    share(problems, "hotKey", hotKey);
    double sum = duplicates + late + errors + malformed;
    // Sums of decimal fractions can be slightly above 1.
    require(
        problems,
        !(sum > 1.000_000_001),
        "duplicates + late + errors + malformed must be at most 1, is " + sum);
    duration(problems, "outOfOrderness", outOfOrderness, 0);
    duration(problems, "allowedLateness", allowedLateness, 0);
    duration(problems, "bucket", bucket, 1);
    require(
        problems,
        lateAfterRecords >= 0,
        "lateAfterRecords must be 0 or more, is " + lateAfterRecords);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("generator options: " + String.join("; ", problems));
    }
  }

  private static void share(List<String> problems, String name, double value) {
    require(problems, value >= 0 && value <= 1, name + " must be between 0 and 1, is " + value);
  }

  private static void duration(List<String> problems, String name, Duration value, long minimum) {
    // Ten years keep every event time after 1970 and prevent overflows.
    boolean fits =
        value != null
            && value.compareTo(Duration.ofMillis(minimum)) >= 0
            && value.compareTo(Duration.ofDays(3650)) <= 0;
    require(
        problems,
        fits,
        name + " must be a duration from " + minimum + " ms to 3650 days, is " + value);
  }

  private static void require(List<String> problems, boolean right, String problem) {
    if (!right) {
      problems.add(problem);
    }
  }

  /** A builder with the defaults: 50 000 records as fast as possible. */
  public static Builder builder() {
    return new Builder();
  }

  /** Builds options; {@link GeneratorOptions} explains and checks each value. Not thread-safe. */
  public static final class Builder {
    private long count = 50_000;
    private double rate;
    private long seed = 42;
    private double duplicates = 0.02;
    private double late = 0.01;
    private double errors = 0.03;
    private double malformed = 0.01;
    private double hotKey;
    private Duration outOfOrderness = Duration.ofSeconds(10);
    private Duration allowedLateness = Duration.ofHours(1);
    private Duration bucket = Duration.ofMinutes(1);
    private long lateAfterRecords = 600;

    private Builder() {}

    public Builder count(long records) {
      this.count = records;
      return this;
    }

    public Builder rate(double recordsPerSecond) {
      this.rate = recordsPerSecond;
      return this;
    }

    public Builder seed(long number) {
      this.seed = number;
      return this;
    }

    public Builder duplicates(double share) {
      this.duplicates = share;
      return this;
    }

    public Builder late(double share) {
      this.late = share;
      return this;
    }

    public Builder errors(double share) {
      this.errors = share;
      return this;
    }

    public Builder malformed(double share) {
      this.malformed = share;
      return this;
    }

    public Builder hotKey(double fraction) {
      this.hotKey = fraction;
      return this;
    }

    public Builder outOfOrderness(Duration bound) {
      this.outOfOrderness = bound;
      return this;
    }

    public Builder allowedLateness(Duration lateness) {
      this.allowedLateness = lateness;
      return this;
    }

    public Builder bucket(Duration size) {
      this.bucket = size;
      return this;
    }

    public Builder lateAfterRecords(long records) {
      this.lateAfterRecords = records;
      return this;
    }

    public GeneratorOptions build() {
      return new GeneratorOptions(
          count,
          rate,
          seed,
          duplicates,
          late,
          errors,
          malformed,
          hotKey,
          outOfOrderness,
          allowedLateness,
          bucket,
          lateAfterRecords);
    }
  }
}
