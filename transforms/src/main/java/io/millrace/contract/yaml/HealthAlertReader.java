package io.millrace.contract.yaml;

import io.millrace.contract.HealthAlert;
import io.millrace.health.HealthCondition;
import io.millrace.health.HealthProblem;
import io.millrace.health.HealthText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Reads an alert on the health of a contract's run. */
final class HealthAlertReader {
  /** What {@code on} says for such an alert. */
  static final String HEALTH = "health";

  private static final List<String> OF_ROLLUPS =
      List.of("clear", "early", "absent_for", "forget_after");

  private HealthAlertReader() {}

  static HealthAlert alert(String name, YamlNode node) {
    for (String key : OF_ROLLUPS) {
      if (node.at(key).isPresent()) {
        node.at(key).problem("only with a roll-up, not with `on: health`");
      }
    }
    Duration hold = node.at("for").durationOr(Duration.ZERO);
    String runbook = node.at("runbook").stringOr("");
    String when = node.at("when").string();
    List<String> shared = labels(node.at("when"), when);
    if (when == null || shared == null) {
      return new HealthAlert(name, "", hold, List.of(), Map.of(), "", runbook);
    }
    List<String> by = by(node.at("by"), shared);
    List<String> values = new ArrayList<>(by);
    values.add(HealthText.VALUE);
    Map<String, String> labels = new LinkedHashMap<>();
    AlertReader.labelNodes(node.at("labels"))
        .forEach((label, text) -> labels.put(label, template(text, by)));
    return new HealthAlert(
        name, when, hold, by, labels, template(node.at("summary"), values), runbook);
  }

  /** The labels of a condition; null after a problem. */
  private static @Nullable List<String> labels(YamlNode node, @Nullable String when) {
    if (when == null) {
      return null;
    }
    try {
      return HealthCondition.of(when).labels();
    } catch (HealthProblem e) {
      report(node, e);
      return null;
    }
  }

  private static List<String> by(YamlNode node, List<String> shared) {
    if (!node.isPresent()) {
      return shared;
    }
    List<String> by = node.distinctStrings();
    for (String label : by) {
      if (!shared.contains(label)) {
        node.problem(
            "`%s` is no label of all metrics of `when`; expected %s%s"
                .formatted(
                    label,
                    shared.isEmpty() ? "none" : "some of " + String.join(", ", shared),
                    NearestName.hint(label, shared)));
      }
    }
    return by;
  }

  private static String template(YamlNode node, Collection<String> names) {
    String text = node.stringOr("");
    try {
      String unused = HealthText.template(text, names);
    } catch (HealthProblem e) {
      report(node, e);
    }
    return text;
  }

  private static void report(YamlNode node, HealthProblem problem) {
    node.problem(problem.getMessage() + NearestName.hint(problem.name(), problem.known()));
  }
}
