package io.millrace.event;

import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;

/**
 * The names of the pipeline's metrics. {@link #READ} and one counter for each {@link Outcome} make
 * the equation {@code read = accepted + error + duplicate + late + dead}; an outcome is counted
 * where it ends, that is when its row has been written.
 */
public final class PipelineMetrics {
  /** The namespace of all of Millrace's metrics. */
  public static final String NAMESPACE = "millrace";

  /** Records that a source handed over. */
  public static final String READ = "read";

  /** Records whose outcome a sink has written to its audit. */
  public static final String AUDITED = "audited";

  private PipelineMetrics() {}

  /** The counter of records read. */
  public static Counter read() {
    return Metrics.counter(NAMESPACE, READ);
  }

  /** The counter of records whose outcome is in the audit. */
  public static Counter audited() {
    return Metrics.counter(NAMESPACE, AUDITED);
  }

  /** The counter of an outcome, named by its label. */
  public static Counter outcome(Outcome outcome) {
    return Metrics.counter(NAMESPACE, outcome.label());
  }
}
