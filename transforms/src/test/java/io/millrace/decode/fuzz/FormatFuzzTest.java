package io.millrace.decode.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fuzzes each format: no input makes anything but events and dead letters. CONTRIBUTING.md has the
 * commands.
 *
 * <p>{@code -Dfuzz.seconds} is the CPU time for each format, one second by default. Input number
 * {@code n} follows from the run's seed and {@code n} alone: a failure names both, and {@code
 * -Dfuzz.seed=S -Dfuzz.input=N} decodes just that one. With {@code -Dfuzz.coverage=true}, {@link
 * CoverageFuzz} then fuzzes for the same time again.
 */
class FormatFuzzTest {
  private static final int SECONDS = Integer.getInteger("fuzz.seconds", 1);
  private static final int NO_INPUT = -1;

  static Iterable<String> formats() {
    return FuzzTargets.NAMES;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("formats")
  void everyInputIsEventsOrDeadLetters(String format) throws Exception {
    FuzzTarget target = FuzzTargets.open(format);
    UnaryOperator<byte[]> packing = FuzzTargets.packing(format);
    for (byte[] seed : target.seeds) {
      run(target, packing.apply(seed), "a seed");
    }
    long seed = Long.getLong("fuzz.seed", 20_260_301L);
    int only = Integer.getInteger("fuzz.input", NO_INPUT);
    // CPU time, so that a busy machine tries no fewer.
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long end = threads.getCurrentThreadCpuTime() + SECONDS * 1_000_000_000L;
    for (int n = Math.max(0, only); threads.getCurrentThreadCpuTime() < end; n++) {
      run(target, input(target, packing, seed, n), "-Dfuzz.seed=" + seed + " -Dfuzz.input=" + n);
      if (only != NO_INPUT) {
        return;
      }
    }
    System.out.println(target.outcomes());
    if (Boolean.getBoolean("fuzz.coverage")) {
      CoverageFuzz.run(format, SECONDS);
    }
    assertTrue(target.reachesBoth(), target::outcomes);
  }

  private static byte[] input(
      FuzzTarget target, UnaryOperator<byte[]> packing, long seed, int number) {
    Random random = new Random(seed * 1_000_003 + number);
    Mutator mutator = new Mutator(random, target.seeds, FuzzTargets.isProtobuf(target.name));
    byte[] record = packing.apply(mutator.next()).clone();
    if (record.length > 0 && random.nextInt(3) == 0) {
      // What packs a record may be damaged too.
      record[random.nextInt(record.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return record;
  }

  private static void run(FuzzTarget target, byte[] input, String replay) {
    try {
      target.run(input);
    } catch (Throwable e) {
      throw new AssertionError(
          "%s: %s%nreplay: %s%nbytes: %s"
              .formatted(target.name, e, replay, HexFormat.of().formatHex(input)),
          e);
    }
  }
}
