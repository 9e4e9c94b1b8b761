package io.millrace.bench.speed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What a run took once it was warm: from the moment that a part of its events was done to the
 * moment that nearly all were.
 *
 * @param eventsPerSecond all contender's own processes together
 * @param pipelineMicros CPU microseconds an event of the contender's own process
 * @param compilerMicros of it, the JVM's compiler: a longer run has less of it
 * @param collectorMicros of it, the garbage collector
 * @param kafkaMicros of the broker
 * @param clickHouseMicros of ClickHouse
 */
record RunFigures(
    double eventsPerSecond,
    double pipelineMicros,
    double compilerMicros,
    double collectorMicros,
    double kafkaMicros,
    double clickHouseMicros) {
  /**
   * A job runs for months, and the JVM compiles most of one in its first half minute: at the
   * default number of events that is before this.
   */
  private static final double WARM_FROM = 0.50;

  private static final double WARM_TO = 0.95;

  /**
   * From samples in their order. What is done shows in steps, a batch at a time: only samples at
   * which it has just grown are looked at.
   *
   * @throws IllegalStateException if there are too few, that is if the run was too short
   */
  static RunFigures of(List<Sample> samples, long events) {
    return between(WARM_FROM, WARM_TO, samples, events);
  }

  /** The same, of another part of the run, from one share of its events to another. */
  static RunFigures between(double fromShare, double toShare, List<Sample> samples, long events) {
    List<Sample> steps = steps(samples);
    List<Sample> warm =
        steps.stream().filter(s -> s.share() >= fromShare && s.share() <= toShare).toList();
    // A run of a moment has no warm part: better all of it than nothing.
    List<Sample> used = warm.size() >= 3 ? warm : steps;
    if (used.size() < 2) {
      throw new IllegalStateException("the run was too short to measure: give it more --events");
    }
    Sample from = used.get(0);
    Sample to = used.get(used.size() - 1);
    double done = (to.share() - from.share()) * events;
    return new RunFigures(
        done * 1e9 / (to.nanos() - from.nanos()),
        micros(from, to, Sample.Cpu::pipeline) / done,
        micros(from, to, Sample.Cpu::compiler) / done,
        micros(from, to, Sample.Cpu::collector) / done,
        micros(from, to, Sample.Cpu::kafka) / done,
        micros(from, to, Sample.Cpu::clickHouse) / done);
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

  /** CPU microseconds an event of all processes together. */
  double allMicros() {
    return pipelineMicros + kafkaMicros + clickHouseMicros;
  }

  /**
   * How many cores all processes together keep busy: near all there are, and it cannot go faster.
   */
  double coresBusy() {
    return allMicros() * eventsPerSecond / 1e6;
  }
}
