package io.millrace.metrics;

import java.util.List;

/**
 * What a metric is, without its meaning.
 *
 * @param name of the family; ends with the unit, if there is one
 * @param where where it exists under that name
 * @param jobNames names of the job's own metrics that it is made of
 * @param labels names of its labels
 */
public record MetricShape(
    String name, Kind kind, Where where, List<String> jobNames, List<String> labels) {
  static final String CONTRACT = "contract";
  static final String SINK = "sink";
  static final String TABLE = "table";
  static final String DESTINATION = "destination";
  static final String TOPIC = "topic";
  static final String PARTITION = "partition";
  static final String LOOKUP = "lookup";

  /** Kinds of OpenMetrics. */
  public enum Kind {
    COUNTER,
    GAUGE,
    SUMMARY,
    HISTOGRAM,
    INFO
  }

  /** Where a metric exists under its name. */
  public enum Where {
    /** At the endpoint of a run; on a cluster and on Dataflow by the names of the job. */
    EVERYWHERE("`run`, Flink, Dataflow"),
    /** Only at the endpoint of a run. */
    RUN("`run`"),
    /** Only at the endpoint of a run that reads Kafka with Millrace's own reader. */
    KAFKA("`run` from Kafka"),
    /** Only at the endpoint of a run with a state directory. */
    STATE("`run --state`");

    private final String text;

    Where(String text) {
      this.text = text;
    }

    /** For the documentation. */
    String text() {
      return text;
    }
  }

  public MetricShape {
    jobNames = List.copyOf(jobNames);
    labels = List.copyOf(labels);
  }

  static MetricShape counter(String name) {
    return of(name, Kind.COUNTER);
  }

  static MetricShape gauge(String name) {
    return of(name, Kind.GAUGE);
  }

  static MetricShape summary(String name) {
    return of(name, Kind.SUMMARY);
  }

  static MetricShape histogram(String name) {
    return of(name, Kind.HISTOGRAM);
  }

  static MetricShape info(String name) {
    return of(name, Kind.INFO);
  }

  private static MetricShape of(String name, Kind kind) {
    return new MetricShape(name, kind, Where.EVERYWHERE, List.of(), List.of());
  }

  MetricShape only(Where at) {
    return new MetricShape(name, kind, at, jobNames, labels);
  }

  MetricShape from(String... names) {
    return new MetricShape(name, kind, where, List.of(names), labels);
  }

  MetricShape by(String... names) {
    return new MetricShape(name, kind, where, jobNames, List.of(names));
  }

  /** {@code seconds} or {@code bytes}; empty for numbers of things. */
  String unit() {
    if (name.endsWith("_seconds")) {
      return "seconds";
    }
    return name.endsWith("_bytes") ? "bytes" : "";
  }
}
