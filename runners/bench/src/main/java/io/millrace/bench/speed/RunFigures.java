package io.millrace.bench.speed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The figures of a run after its warm-up, measured from a share of its events until nearly all are
 * processed.
 *
 * @param eventsPerSecond throughput of the contender
 * @param pipelineMicros CPU microseconds per event of the contender's process
 * @param compilerMicros the JIT compiler's part of it, which is smaller in a longer run
 * @param collectorMicros the garbage collector's part of it
 * @param kafkaMicros CPU microseconds per event of the broker
 * @param clickHouseMicros CPU microseconds per event of ClickHouse
 * @param coresBusy the number of cores that all processes use. Near the machine's number, CPU is
 *     the bottleneck
 */
public record RunFigures(
    double eventsPerSecond,
    double pipelineMicros,
    double compilerMicros,
    double collectorMicros,
    double kafkaMicros,
    double clickHouseMicros,
    double coresBusy) {
  /**
   * Excludes JIT compilation, most of which happens in the first half minute: before this share at
   * the default number of events.
   */
  private static final double WARM_FROM = 0.50;

  private static final double WARM_TO = 0.95;

  /**
   * Computes figures from samples in order. Progress grows in steps of a batch, so only samples
   * after a step count.
   *
   * <p>ClickHouse's CPU time is that of the whole run, up to the last sample. Much of a row's cost
   * comes later than the row, when parts are merged, and a part of the run would count a large
   * merge or not by chance.
   *
   * @throws IllegalStateException if there are too few samples, because the run was too short
   */
  static RunFigures of(List<Sample> samples, long events) {
    RunFigures warm = between(WARM_FROM, WARM_TO, samples, events);
    Sample first = samples.get(0);
    Sample last = samples.get(samples.size() - 1);
    return new RunFigures(
        warm.eventsPerSecond,
        warm.pipelineMicros,
        warm.compilerMicros,
        warm.collectorMicros,
        warm.kafkaMicros,
        micros(first, last, Sample.Cpu::clickHouse) / ((last.share() - first.share()) * events),
        warm.coresBusy);
  }

  /** Computes figures of another part of the run, between two shares of its events. */
  static RunFigures between(double fromShare, double toShare, List<Sample> samples, long events) {
    List<Sample> steps = steps(samples);
    List<Sample> warm =
        steps.stream().filter(s -> s.share() >= fromShare && s.share() <= toShare).toList();
    // A very short run has no warm part, so the whole run counts.
    List<Sample> used = warm.size() >= 3 ? warm : steps;
    if (used.size() < 2) {
      throw new IllegalStateException("the run was too short to measure. Increase --events");
    }
    Sample from = used.get(0);
    Sample to = used.get(used.size() - 1);
    double done = (to.share() - from.share()) * events;
    double seconds = (to.nanos() - from.nanos()) / 1e9;
    return new RunFigures(
        done / seconds,
        micros(from, to, Sample.Cpu::pipeline) / done,
        micros(from, to, Sample.Cpu::compiler) / done,
        micros(from, to, Sample.Cpu::collector) / done,
        micros(from, to, Sample.Cpu::kafka) / done,
        micros(from, to, Sample.Cpu::clickHouse) / done,
        micros(from, to, Sample.Cpu::all) / 1e6 / seconds);
  }

  private static List<Sample> steps(List<Sample> samples) {
    List<Sample> steps = new ArrayList<>();
    double share = -1;
    for (Sample sample : samples) {
      if (sample.share() > share) {
        steps.add(sample);
        share = sample.share();
      }
    }
    return steps;
  }

  private static double micros(Sample from, Sample to, Function<Sample.Cpu, Duration> part) {
    return part.apply(to.cpu()).minus(part.apply(from.cpu())).toNanos() / 1e3;
  }

  /** CPU microseconds per event of all processes. */
  double allMicros() {
    return pipelineMicros + kafkaMicros + clickHouseMicros;
  }
}
