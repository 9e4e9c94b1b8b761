package io.millrace.bench.workload;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The numbered events of a benchmark, of which one in fifty is a duplicate. Deterministic.
 *
 * @param events number of events
 * @param perSecond events in a second of event time
 * @param repeatsOfAny whether a duplicate repeats any event before it with equal probability;
 *     otherwise it repeats one of the last thousands
 */
public record Workload(long events, int perSecond, boolean repeatsOfAny) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Identities are kept for five minutes, so a run of a million events frees most of them. */
  private static final Duration ALLOWED_LATENESS = Duration.ofMinutes(5);

  private static final Duration BUCKET = Duration.ofMinutes(1);
  private static final Duration OUT_OF_ORDERNESS = Duration.ofSeconds(10);

  private static final int MILLIS = 1_000;
  static final long BEGIN = 1_772_359_200_000L;
  private static final int REPEAT_EVERY = 50;
  // No multiples of 50, so that an original is never a duplicate itself.
  private static final int NEAR = 37;
  private static final int FAR = 5_037;

  /** A thousand events in a second of event time, with duplicates of recent events. */
  public Workload(long events) {
    this(events, MILLIS, false);
  }

  /** The contract of the query events with this workload's event-time rules. */
  public static Contract contract() {
    return contract(text());
  }

  /** The same contract with another lateness. */
  public static Contract contract(Duration allowedLateness) {
    return contract()
        .withTime(new Contract.TimeBounds(OUT_OF_ORDERNESS, allowedLateness, BUCKET, null, null));
  }

  /** The same contract without early results. */
  public static Contract contractWithoutEarly() {
    return contract(text().replaceAll("(?m)^ *early: .*$", ""));
  }

  private static Contract contract(String yaml) {
    return ContractLoader.parse(yaml, "query-events.yaml")
        .withTime(new Contract.TimeBounds(OUT_OF_ORDERNESS, ALLOWED_LATENESS, BUCKET, null, null));
  }

  private static String text() {
    try (InputStream in = Workload.class.getResourceAsStream("/contracts/query-events.yaml")) {
      if (in == null) {
        throw new IllegalStateException(
            "the contract of the query events is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the contract of the query events", e);
    }
  }

  /** The event's own number or, for a duplicate, the number of its original. */
  long original(long number) {
    if (number % REPEAT_EVERY != REPEAT_EVERY - 1) {
      return number;
    }
    if (repeatsOfAny) {
      long any = Long.remainderUnsigned(mixed(number), number);
      return any % REPEAT_EVERY == REPEAT_EVERY - 1 ? any - 1 : any;
    }
    return number - (number >= FAR ? FAR : NEAR);
  }

  /** The number of duplicates. */
  public long repeats() {
    return events / REPEAT_EVERY;
  }

  /** An event's time in milliseconds since the epoch. */
  long eventTimeMillis(long number) {
    return BEGIN + original(number) * MILLIS / perSecond;
  }

  /** The watermark when an event arrives. */
  long watermarkMillis(long number) {
    return BEGIN + number * MILLIS / perSecond - OUT_OF_ORDERNESS.toMillis();
  }

  /** Half of an event's identity; the other half has another seed. */
  long identity(long number, long seed) {
    return mixed(original(number) + seed);
  }

  private static long mixed(long number) {
    long z = number * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
