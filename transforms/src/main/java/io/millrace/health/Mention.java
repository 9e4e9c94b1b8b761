package io.millrace.health;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A metric in a condition, with what its labels must be: {@code events_total.where(outcome ==
 * "dead")}.
 */
record Mention(HealthMetric metric, List<Matcher> matchers) {
  /** What the value of a label must be, or not be. */
  record Matcher(String label, boolean equal, String value) {
    String promQl() {
      return label + (equal ? "=" : "!=") + quoted(value);
    }
  }

  private static final String WHERE = "where";
  private static final String EXPECTED =
      "expected labels and texts, such as where(sink == \"clickhouse\" && table != \"events\")";

  /** Reads a metric; null if the expression is something else. */
  static @Nullable Mention of(CelExpr expression) {
    if (expression.getKind() == CelExpr.ExprKind.Kind.IDENT) {
      return new Mention(metric(expression.ident().name()), List.of());
    }
    if (expression.getKind() != CelExpr.ExprKind.Kind.CALL
        || !expression.call().function().equals(WHERE)
        || expression.call().target().isEmpty()) {
      return null;
    }
    CelExpr target = expression.call().target().get();
    if (target.getKind() != CelExpr.ExprKind.Kind.IDENT || expression.call().args().size() != 1) {
      throw new HealthProblem("where: expected it once, after a metric");
    }
    HealthMetric metric = metric(target.ident().name());
    List<Matcher> matchers = new ArrayList<>();
    read(expression.call().args().get(0), metric, matchers);
    return new Mention(metric, List.copyOf(matchers));
  }

  private static HealthMetric metric(String name) {
    HealthMetric metric = HealthMetric.all().get(name);
    if (metric == null) {
      throw new HealthProblem("no metric `" + name + "`", name, HealthMetric.all().keySet());
    }
    return metric;
  }

  private static void read(CelExpr expression, HealthMetric metric, List<Matcher> matchers) {
    if (expression.getKind() != CelExpr.ExprKind.Kind.CALL
        || expression.call().args().size() != 2) {
      throw new HealthProblem("where: " + EXPECTED);
    }
    CelExpr left = expression.call().args().get(0);
    CelExpr right = expression.call().args().get(1);
    String function = expression.call().function();
    switch (function) {
      case "_&&_" -> {
        read(left, metric, matchers);
        read(right, metric, matchers);
      }
      case "_==_", "_!=_" -> {
        if (left.getKind() != CelExpr.ExprKind.Kind.IDENT
            || right.getKind() != CelExpr.ExprKind.Kind.CONSTANT
            || right.constant().getKind() != CelConstant.Kind.STRING_VALUE) {
          throw new HealthProblem("where: " + EXPECTED);
        }
        String label = left.ident().name();
        List<String> labels = freeLabels(metric);
        if (!labels.contains(label)) {
          throw new HealthProblem(
              "where: `" + metric.name() + "` has no label `" + label + "`", label, labels);
        }
        matchers.add(new Matcher(label, function.equals("_==_"), right.constant().stringValue()));
      }
      default -> throw new HealthProblem("where: " + EXPECTED);
    }
  }

  private static List<String> freeLabels(HealthMetric metric) {
    return metric.labels().stream().filter(label -> !label.equals(HealthMetric.CONTRACT)).toList();
  }

  /** The labels that series of this mention may have in different values. */
  List<String> labels() {
    return freeLabels(metric).stream()
        .filter(
            label ->
                matchers.stream()
                    .noneMatch(matcher -> matcher.equal && matcher.label.equals(label)))
        .toList();
  }

  /**
   * The series of a contract in PromQL.
   *
   * @param suffix of a sample of a summary or histogram, such as {@code _sum}
   */
  String promQl(String suffix, String contract) {
    List<String> all = new ArrayList<>();
    if (metric.labels().contains(HealthMetric.CONTRACT)) {
      all.add(HealthMetric.CONTRACT + "=" + quoted(contract));
    }
    matchers.forEach(matcher -> all.add(matcher.promQl()));
    return metric.sampleName() + suffix + (all.isEmpty() ? "" : "{" + String.join(",", all) + "}");
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
  }
}
