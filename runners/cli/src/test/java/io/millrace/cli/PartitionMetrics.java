package io.millrace.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import java.util.Map;

/**
 * The metrics of the partitions of a topic. A run asks for the ends about once a second, so a
 * scrape may know those of a moment ago.
 */
final class PartitionMetrics {
  private static final String END = "millrace_partition_end_offset";
  private static final String AGE = "millrace_watermark_age_seconds";

  /** Of an idle partition: the contract's 10 s, and the time since its end was asked for. */
  private static final double LEAST_AGE = 10;

  private static final double MOST_AGE = 20;

  private final Scrape.Server server;
  private final String topic;
  private final Map<String, Double> ends;

  PartitionMetrics(Scrape.Server server, String topic, MetricsStream stream) throws Exception {
    this.server = server;
    this.topic = topic;
    this.ends = stream.ends();
  }

  private String[] labels(String partition) {
    return new String[] {"topic", topic, "partition", partition};
  }

  private boolean knowsTheEnds(Scrape scrape) {
    return ends.keySet().stream()
        .allMatch(partition -> scrape.sum(END, labels(partition)) == ends.get(partition));
  }

  private boolean isIdle(Scrape scrape) {
    return ends.keySet().stream()
        .mapToDouble(partition -> scrape.sum(AGE, labels(partition)))
        .allMatch(age -> age >= LEAST_AGE && age < MOST_AGE);
  }

  /** All is read, and the watermarks follow the clock. */
  void checkAllIsRead(RunningCommand running) {
    double[] times = new double[2];
    Scrape scrape =
        server.await(
            running,
            "the ends of the partitions, and watermarks that follow the clock",
            now -> {
              // Between this scrape and the one before, and right after it
              times[0] = times[1];
              times[1] = System.currentTimeMillis() / 1000.0;
              return times[0] > 0 && knowsTheEnds(now) && isIdle(now);
            });
    ends.forEach(
        (partition, end) -> {
          String[] labels = labels(partition);
          assertThat(scrape.sum(END, labels), is(end));
          assertThat(scrape.sum("millrace_partition_next_offset", labels), is(end));
          assertThat(scrape.sum("millrace_consumer_lag_records", labels), is(0.0));
          assertThat(scrape.sum("millrace_consumer_lag_seconds", labels), is(0.0));
          double age = scrape.sum(AGE, labels);
          assertThat(age, is(allOf(greaterThanOrEqualTo(LEAST_AGE), lessThan(MOST_AGE))));
          assertThat(
              "the time of the scrape",
              scrape.sum("millrace_watermark_timestamp_seconds", labels) + age,
              is(allOf(greaterThan(times[0] - 1), lessThanOrEqualTo(times[1] + 1))));
        });
  }

  /** Reading waits, and the lag is what is left. */
  void checkReadingWaits(Scrape scrape) {
    double lag = 0;
    for (Map.Entry<String, Double> end : ends.entrySet()) {
      String[] labels = labels(end.getKey());
      double behind = end.getValue() - scrape.sum("millrace_partition_next_offset", labels);
      assertThat(scrape.sum("millrace_consumer_lag_records", labels), is(behind));
      lag += behind;
    }
    assertThat("not all is read", lag, is(greaterThan(0.0)));
    assertThat(scrape.sum("millrace_consumer_lag_seconds"), is(greaterThan(0.0)));
  }

  /** A scrape while reading waits, with the ends that the topic has now. */
  Scrape awaitInFlight(RunningCommand running, int events) {
    return server.await(
        running,
        "reading to wait",
        now -> now.sum("millrace_events_in_flight") >= events && knowsTheEnds(now));
  }
}
