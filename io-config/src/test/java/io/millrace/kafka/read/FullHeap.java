package io.millrace.kafka.read;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;

/** Ends the consumer's thread as a heap that is too small does: when it fetches. */
public final class FullHeap implements MetricsReporter {
  @Override
  public void init(List<KafkaMetric> metrics) {}

  @Override
  public void metricChange(KafkaMetric metric) {
    if (metric.metricName().name().equals("records-lag")) {
      throw new OutOfMemoryError("a test's");
    }
  }

  @Override
  public void metricRemoval(KafkaMetric metric) {}

  @Override
  public void close() {}

  @Override
  public void configure(Map<String, ?> config) {}
}
