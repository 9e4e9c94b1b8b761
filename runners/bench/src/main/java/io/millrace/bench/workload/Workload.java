package io.millrace.bench.workload;

import io.millrace.contract.Contract;
import io.millrace.contract.Rollup;
import io.millrace.contract.yaml.ContractLoader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * The events of a measurement by their number, from 0: a thousand a second of event time, one in
 * fifty the repeat of an earlier one. A pure function of its fields: each run gives the same
 * events.
 *
 * @param events how many there are
 */
public record Workload(long events) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Identities of a bucket stay for five minutes, so a run of a million events frees most. */
  private static final Duration ALLOWED_LATENESS = Duration.ofMinutes(5);

  private static final Duration BUCKET = Duration.ofMinutes(1);
  private static final Duration OUT_OF_ORDERNESS = Duration.ofSeconds(10);

  static final long BEGIN = 1_772_359_200_000L;
  private static final int REPEAT_EVERY = 50;
  // Neither a multiple of 50, so what is repeated is never a repeat itself.
  private static final int NEAR = 37;
  private static final int FAR = 5_037;

  /** The contract of the query events, under this workload's rules of event time. */
  public static Contract contract() {
    try (InputStream in = Workload.class.getResourceAsStream("/contracts/query-events.yaml")) {
      if (in == null) {
        throw new IllegalStateException(
            "the contract of the query events is not on the class path");
      }
      Contract contract =
          ContractLoader.parse(
              new String(in.readAllBytes(), StandardCharsets.UTF_8), "query-events.yaml");
      return contract.withTime(
          new Contract.TimeBounds(OUT_OF_ORDERNESS, ALLOWED_LATENESS, BUCKET, null, null));
    } catch (IOException e) {
      throw new UncheckedIOException("the contract of the query events cannot be read", e);
    }
  }

  /** The same without results of windows that are still open. */
  public static Contract contractWithoutEarly() {
    Contract contract = contract();
    List<Rollup> rollups =
        contract.rollups().stream()
            .map(
                r ->
                    new Rollup(
                        r.table(), r.window(), r.groupBy(), r.where(), r.measures(), null, r.ttl()))
            .toList();
    return new Contract(
        contract.name(),
        contract.version(),
        contract.description(),
        contract.format(),
        contract.limits(),
        contract.fields(),
        contract.identity(),
        contract.eventTime(),
        contract.time(),
        contract.error(),
        contract.unknownFields(),
        contract.tables(),
        rollups);
  }

  /** The number of the event that this one is: its own, or that of the one it repeats. */
  long original(long number) {
    if (number % REPEAT_EVERY != REPEAT_EVERY - 1) {
      return number;
    }
    return number - (number >= FAR ? FAR : NEAR);
  }

  /** How many events are repeats. */
  public long repeats() {
    return events / REPEAT_EVERY;
  }

  /** When an event happened, milliseconds since the epoch, UTC. */
  long eventTimeMillis(long number) {
    return BEGIN + original(number);
  }

  /** Where the watermark stands when an event arrives. */
  long watermarkMillis(long number) {
    return BEGIN + number - OUT_OF_ORDERNESS.toMillis();
  }

  /** One half of an event's identity; the other is of another seed. */
  long identity(long number, long seed) {
    long z = (original(number) + seed) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
