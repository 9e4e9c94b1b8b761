package io.millrace.bench.capacity;

import java.util.List;

/**
 * A run that caught up with a backlog while more events arrived, beside the model: what is missing
 * takes its number divided by the difference of the rates.
 *
 * <p>Compared is the part from half of the backlog on, because the start of the process and most of
 * the JVM's compilation belong to the first half.
 *
 * @param backlog events of the backlog
 * @param mostPerSecond events a second of a run over the same events while none arrive
 * @param points at least two, in order; the last one is that at which it had caught up
 */
record CatchUp(long backlog, double mostPerSecond, List<Point> points) {
  private static final double COMPARED_FROM = 0.5;
  private static final double SECONDS_A_DAY = 86_400;

  /**
   * A sample.
   *
   * @param second since the first event arrived
   * @param written events that are written
   * @param arrived events of the topic: the backlog and those that arrived since
   */
  record Point(double second, long written, long arrived) {
    long behind() {
      return arrived - written;
    }
  }

  private Point last() {
    return points.get(points.size() - 1);
  }

  /** Where the comparison begins; in a run of a moment, the sample before the last one. */
  private Point middle() {
    List<Point> before = points.subList(0, points.size() - 1);
    return before.stream()
        .filter(point -> point.written() >= COMPARED_FROM * backlog)
        .findFirst()
        .orElse(before.get(before.size() - 1));
  }

  /** Seconds from the first event that arrived until it had caught up, the start-up included. */
  double seconds() {
    return last().second();
  }

  /** Events that arrived each second. */
  double arrivedPerSecond() {
    return (last().arrived() - backlog) / last().second();
  }

  /** Seconds that the compared part took. */
  double comparedSeconds() {
    return last().second() - middle().second();
  }

  /** Seconds of the compared part by the model; infinite if as many events arrive as it writes. */
  double modelSeconds() {
    return seconds((double) (middle().behind() - last().behind()));
  }

  /** How far the measured time and the model's are apart: the longer one over the shorter one. */
  double timesApart() {
    double ratio = comparedSeconds() / modelSeconds();
    return Math.max(ratio, 1 / ratio);
  }

  /** Seconds for a backlog of a day, by the model. */
  double secondsForADay() {
    return seconds(arrivedPerSecond() * SECONDS_A_DAY);
  }

  private double seconds(double behind) {
    double gained = mostPerSecond - arrivedPerSecond();
    return gained > 0 ? behind / gained : Double.POSITIVE_INFINITY;
  }
}
