package io.millrace.cli.metrics;

import io.millrace.metrics.MetricPoint;
import io.millrace.metrics.RunMetric;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Values of metrics as snapshots of Prometheus's library. */
final class PrometheusSnapshots {
  private PrometheusSnapshots() {}

  static MetricSnapshots of(List<MetricPoint> points) {
    Map<RunMetric, List<MetricPoint>> byMetric = new EnumMap<>(RunMetric.class);
    points.forEach(
        point -> byMetric.computeIfAbsent(point.metric(), m -> new ArrayList<>()).add(point));
    List<MetricSnapshot> snapshots = new ArrayList<>();
    byMetric.forEach((metric, some) -> snapshots.add(snapshot(metric, some)));
    return new MetricSnapshots(snapshots);
  }

  private static MetricSnapshot snapshot(RunMetric metric, List<MetricPoint> points) {
    MetricMetadata metadata = metadata(metric);
    return switch (metric.kind()) {
      case COUNTER -> new CounterSnapshot(metadata, each(points, PrometheusSnapshots::counter));
      case GAUGE -> new GaugeSnapshot(metadata, each(points, PrometheusSnapshots::gauge));
      case SUMMARY -> new SummarySnapshot(metadata, each(points, PrometheusSnapshots::summary));
      case HISTOGRAM ->
          new HistogramSnapshot(metadata, each(points, PrometheusSnapshots::histogram));
      case INFO -> new InfoSnapshot(metadata, each(points, PrometheusSnapshots::info));
    };
  }

  private static MetricMetadata metadata(RunMetric metric) {
    String help = metric.help().replace("`", "");
    return switch (metric.unit()) {
      case "seconds" -> new MetricMetadata(metric.family(), help, Unit.SECONDS);
      case "bytes" -> new MetricMetadata(metric.family(), help, Unit.BYTES);
      default -> new MetricMetadata(metric.family(), help);
    };
  }

  private static <T> List<T> each(List<MetricPoint> points, Function<MetricPoint, T> make) {
    return points.stream().map(make).toList();
  }

  private static Labels labels(MetricPoint point) {
    return Labels.of(point.metric().labels(), point.labels());
  }

  private static CounterDataPointSnapshot counter(MetricPoint point) {
    return new CounterDataPointSnapshot(point.value(), labels(point), null, 0);
  }

  private static GaugeDataPointSnapshot gauge(MetricPoint point) {
    return new GaugeDataPointSnapshot(point.value(), labels(point), null);
  }

  private static SummaryDataPointSnapshot summary(MetricPoint point) {
    return SummaryDataPointSnapshot.builder()
        .count(point.count())
        .sum(point.value())
        .labels(labels(point))
        .build();
  }

  private static HistogramDataPointSnapshot histogram(MetricPoint point) {
    ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
    point.buckets().forEach(bucket -> buckets.bucket(bucket.bound(), bucket.count()));
    return HistogramDataPointSnapshot.builder()
        .classicHistogramBuckets(buckets.build())
        .sum(point.value())
        .labels(labels(point))
        .build();
  }

  private static InfoDataPointSnapshot info(MetricPoint point) {
    return new InfoDataPointSnapshot(labels(point));
  }
}
