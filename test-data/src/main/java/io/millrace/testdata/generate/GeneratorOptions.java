package io.millrace.testdata.generate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The options of the generator. Immutable. {@link #builder()} reports all problems at once.
 *
 * <p>The shares ({@code duplicates}, {@code late}, {@code errors}, {@code malformed}) are fractions
 * of all records. The remaining records are {@code accepted}. Shares are targets: a short run has
 * fewer duplicates and late events. The manifest has the actual numbers.
 */
public final class GeneratorOptions {
  private final long count;
  private final double rate;
  private final long seed;
  private final double duplicates;
  private final double late;
  private final double errors;
  private final double malformed;
  private final double hotKey;
  private final Duration outOfOrderness;
  private final Duration allowedLateness;
  private final Duration bucket;
  private final long lateAfterRecords;

  private GeneratorOptions(Builder builder) {
    count = builder.count;
    rate = builder.rate;
    seed = builder.seed;
    duplicates = builder.duplicates;
    late = builder.late;
    errors = builder.errors;
    malformed = builder.malformed;
    hotKey = builder.hotKey;
    outOfOrderness = builder.outOfOrderness;
    allowedLateness = builder.allowedLateness;
    bucket = builder.bucket;
    lateAfterRecords = builder.lateAfterRecords;
  }

  /** A builder with the defaults: 50 000 records as fast as possible. */
  public static Builder builder() {
    return new Builder();
  }

  /** The number of records of all outcomes. */
  public long count() {
    return count;
  }

  /** Records per second; 0 is as fast as possible. */
  public double rate() {
    return rate;
  }

  /** The random seed. */
  public long seed() {
    return seed;
  }

  /** The share of records that repeat an earlier valid event, byte for byte. */
  public double duplicates() {
    return duplicates;
  }

  /** The share of records that are valid events past the allowed lateness. */
  public double late() {
    return late;
  }

  /** The share of on-time events that report an application error. */
  public double errors() {
    return errors;
  }

  /** The share of records that are malformed. */
  public double malformed() {
    return malformed;
  }

  /** The fraction of the records, except late ones, of one hot query and user. */
  public double hotKey() {
    return hotKey;
  }

  /** The maximum delay between an event time and its record time. */
  public Duration outOfOrderness() {
    return outOfOrderness;
  }

  /** How long after the end of its bucket an event is still accepted. */
  public Duration allowedLateness() {
    return allowedLateness;
  }

  /** The contract's time bucket, from whose end lateness is measured. */
  public Duration bucket() {
    return bucket;
  }

  /**
   * The number of records in a partition before its first late event. In an existing topic, a
   * reader's clock follows older records until it has read enough new ones.
   */
  public long lateAfterRecords() {
    return lateAfterRecords;
  }

  /** Builds options. Not thread-safe. */
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

    /** The number of records, at least 1; default 50 000. */
    public Builder count(long records) {
      this.count = records;
      return this;
    }

    /** Records per second, 0 for as fast as possible; default 0. */
    public Builder rate(double recordsPerSecond) {
      this.rate = recordsPerSecond;
      return this;
    }

    /** Any number; default 42. */
    public Builder seed(long number) {
      this.seed = number;
      return this;
    }

    /** A share from 0 to 1; default 0.02. */
    public Builder duplicates(double share) {
      this.duplicates = share;
      return this;
    }

    /** A share from 0 to 1; default 0.01. */
    public Builder late(double share) {
      this.late = share;
      return this;
    }

    /** A share from 0 to 1; default 0.03. */
    public Builder errors(double share) {
      this.errors = share;
      return this;
    }

    /** A share from 0 to 1; default 0.01. */
    public Builder malformed(double share) {
      this.malformed = share;
      return this;
    }

    /** A fraction from 0 to 1; default 0. */
    public Builder hotKey(double fraction) {
      this.hotKey = fraction;
      return this;
    }

    /** Zero or more, in whole milliseconds; default 10 s. */
    public Builder outOfOrderness(Duration bound) {
      this.outOfOrderness = bound;
      return this;
    }

    /** Zero or more, in whole milliseconds; default 1 h. */
    public Builder allowedLateness(Duration lateness) {
      this.allowedLateness = lateness;
      return this;
    }

    /** At least 1 ms; default 1 min. */
    public Builder bucket(Duration size) {
      this.bucket = size;
      return this;
    }

    /** Zero or more; default 600. */
    public Builder lateAfterRecords(long records) {
      this.lateAfterRecords = records;
      return this;
    }

    /**
     * Builds the options.
     *
     * @throws IllegalArgumentException with one line for all problems
     */
    public GeneratorOptions build() {
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
      return new GeneratorOptions(this);
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
  }
}
