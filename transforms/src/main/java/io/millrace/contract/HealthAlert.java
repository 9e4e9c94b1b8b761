package io.millrace.contract;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * An alert on the health of a contract's run: a condition on its metrics. Prometheus judges it; the
 * pipeline does not, and has no step for it.
 *
 * @param name the alert's name
 * @param when the condition, see {@code io.millrace.health.HealthCondition}
 * @param hold how long the condition must hold without a break before the alert fires
 * @param by the labels of metrics of which each combination is judged by itself
 * @param labels texts with labels of metrics in braces, by name
 * @param summary a text with labels of metrics, and {@code value}, in braces; may be empty
 * @param runbook where to read what to do; may be empty
 */
public record HealthAlert(
    String name,
    String when,
    Duration hold,
    List<String> by,
    Map<String, String> labels,
    String summary,
    String runbook)
    implements Serializable {

  public HealthAlert {
    by = List.copyOf(by);
    labels = Map.copyOf(labels);
  }
}
