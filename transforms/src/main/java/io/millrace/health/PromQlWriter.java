package io.millrace.health;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import io.millrace.contract.Durations;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Writes a condition on health in Prometheus's query language.
 *
 * @param contract the contract whose runs it is about
 * @param by the labels of which each combination is judged by itself
 */
record PromQlWriter(String contract, List<String> by) {
  private static final Map<String, String> COMPARISONS =
      Map.of("_>_", ">", "_>=_", ">=", "_<_", "<", "_<=_", "<=", "_==_", "==", "_!=_", "!=");
  private static final Map<String, String> ARITHMETIC =
      Map.of("_+_", "+", "_-_", "-", "_*_", "*", "_/_", "/");

  /** Which metrics each function takes. */
  private static final Map<String, Set<HealthMetric.Kind>> FUNCTIONS =
      Map.of(
          "rate", Set.of(HealthMetric.Kind.COUNTER),
          "increase", Set.of(HealthMetric.Kind.COUNTER),
          "quantile", Set.of(HealthMetric.Kind.HISTOGRAM),
          "mean", Set.of(HealthMetric.Kind.HISTOGRAM, HealthMetric.Kind.SUMMARY),
          "max", Set.of(HealthMetric.Kind.GAUGE),
          "min", Set.of(HealthMetric.Kind.GAUGE),
          "sum", Set.of(HealthMetric.Kind.GAUGE),
          "absent", Set.of(HealthMetric.Kind.values()));

  /** Whether a part is a constant, and how it is written. */
  private record Operand(boolean constant, String text) {}

  String condition(CelExpr expression) {
    if (expression.getKind() == CelExpr.ExprKind.Kind.CALL) {
      CelCall call = expression.call();
      String comparison = COMPARISONS.get(call.function());
      if (comparison != null) {
        Operand left = number(call.args().get(0));
        Operand right = number(call.args().get(1));
        if (left.constant && right.constant) {
          throw new HealthProblem("expected a metric in each comparison");
        }
        return left.text + " " + comparison + " " + right.text;
      }
      switch (call.function()) {
        case "_&&_" -> {
          // An absent metric has labels that others have not.
          return both(call, by.isEmpty() ? "and on ()" : "and");
        }
        case "_||_" -> {
          return both(call, "or");
        }
        case "absent" -> {
          return "absent(" + mention(call, 1, 0).promQl("", contract) + ")";
        }
        default -> {}
      }
    }
    throw new HealthProblem(
        "expected comparisons such as `consumer_lag_seconds > 60`, absent(METRIC), and `&&` and `||`"
            + " between them");
  }

  private String both(CelCall call, String operator) {
    return "(%s) %s (%s)"
        .formatted(condition(call.args().get(0)), operator, condition(call.args().get(1)));
  }

  private Operand number(CelExpr expression) {
    Mention mention = Mention.of(expression);
    if (mention != null) {
      if (mention.metric().kind() != HealthMetric.Kind.GAUGE) {
        throw new HealthProblem(bare(mention.metric()));
      }
      return new Operand(false, aggregated("max", mention.promQl("", contract)));
    }
    Operand constant = constant(expression, "");
    if (constant != null) {
      return constant;
    }
    if (expression.getKind() == CelExpr.ExprKind.Kind.CALL) {
      CelCall call = expression.call();
      String operator = ARITHMETIC.get(call.function());
      if (operator != null) {
        Operand left = number(call.args().get(0));
        Operand right = number(call.args().get(1));
        return new Operand(
            left.constant && right.constant,
            "(" + left.text + " " + operator + " " + right.text + ")");
      }
      if (FUNCTIONS.containsKey(call.function())) {
        return new Operand(false, function(call));
      }
      if (call.function().chars().allMatch(Character::isLetter)) {
        Set<String> known = new TreeSet<>(FUNCTIONS.keySet());
        throw new HealthProblem(
            "no function `%s`; expected one of %s"
                .formatted(call.function(), String.join(", ", known)),
            call.function(),
            known);
      }
    }
    throw new HealthProblem(
        "expected metrics and numbers with + - * / on each side of a comparison");
  }

  private static String bare(HealthMetric metric) {
    return switch (metric.kind()) {
      case COUNTER ->
          "`%1$s` grows since the start of the run; expected rate(%1$s, \"5m\") or increase(%1$s, \"5m\")"
              .formatted(metric.name());
      case HISTOGRAM ->
          "`%1$s` is a histogram; expected quantile(0.95, %1$s, \"5m\") or mean(%1$s, \"5m\")"
              .formatted(metric.name());
      case SUMMARY -> "`%1$s` is a summary; expected mean(%1$s, \"5m\")".formatted(metric.name());
      case INFO, GAUGE -> "`%1$s` has no value; expected absent(%1$s)".formatted(metric.name());
    };
  }

  private static @Nullable Operand constant(CelExpr expression, String sign) {
    if (expression.getKind() == CelExpr.ExprKind.Kind.CONSTANT) {
      CelConstant constant = expression.constant();
      return switch (constant.getKind()) {
        case INT64_VALUE -> new Operand(true, sign + constant.int64Value());
        case DOUBLE_VALUE -> new Operand(true, sign + constant.doubleValue());
        default -> null;
      };
    }
    return sign.isEmpty()
            && expression.getKind() == CelExpr.ExprKind.Kind.CALL
            && expression.call().function().equals("-_")
        ? constant(expression.call().args().get(0), "-")
        : null;
  }

  private String function(CelCall call) {
    String name = call.function();
    switch (name) {
      case "rate", "increase" -> {
        Mention counter = mention(call, 2, 0);
        return aggregated("sum", name + "(" + counter.promQl("", contract) + range(call, 1) + ")");
      }
      case "mean" -> {
        Mention metric = mention(call, 2, 0);
        String range = range(call, 1);
        return "(%s / %s)"
            .formatted(
                aggregated("sum", "rate(" + metric.promQl("_sum", contract) + range + ")"),
                aggregated("sum", "rate(" + metric.promQl("_count", contract) + range + ")"));
      }
      case "quantile" -> {
        Mention histogram = mention(call, 3, 1);
        CelExpr at = call.args().get(0);
        if (at.getKind() != CelExpr.ExprKind.Kind.CONSTANT
            || at.constant().getKind() != CelConstant.Kind.DOUBLE_VALUE
            || !(at.constant().doubleValue() > 0 && at.constant().doubleValue() < 1)) {
          throw new HealthProblem(
              "quantile: expected a number between 0 and 1 first, such as 0.95");
        }
        String labels = by.isEmpty() ? "" : ", " + String.join(", ", by);
        return "histogram_quantile(%s, sum by (le%s) (rate(%s%s)))"
            .formatted(
                at.constant().doubleValue(),
                labels,
                histogram.promQl("_bucket", contract),
                range(call, 2));
      }
      case "max", "min", "sum" -> {
        return aggregated(name, mention(call, 1, 0).promQl("", contract));
      }
      default -> throw new HealthProblem(name + ": expected it without a comparison");
    }
  }

  /** The metric of a function, which must be of its kind. */
  private static Mention mention(CelCall call, int arguments, int index) {
    String name = call.function();
    Mention mention =
        call.args().size() == arguments && call.target().isEmpty()
            ? Mention.of(call.args().get(index))
            : null;
    if (mention == null) {
      throw new HealthProblem(
          "expected "
              + switch (name) {
                case "quantile" -> "quantile(0.95, METRIC, \"5m\")";
                case "rate", "increase", "mean" -> name + "(METRIC, \"5m\")";
                default -> name + "(METRIC)";
              });
    }
    Set<HealthMetric.Kind> kinds = FUNCTIONS.getOrDefault(name, Set.of());
    if (!kinds.contains(mention.metric().kind())) {
      throw new HealthProblem(
          "%s: `%s` is a %s; expected a %s"
              .formatted(
                  name,
                  mention.metric().name(),
                  mention.metric().kind().name().toLowerCase(Locale.ROOT),
                  String.join(
                      " or ",
                      new TreeSet<>(kinds)
                          .stream().map(kind -> kind.name().toLowerCase(Locale.ROOT)).toList())));
    }
    return mention;
  }

  private static String range(CelCall call, int index) {
    CelExpr argument = call.args().get(index);
    if (argument.getKind() == CelExpr.ExprKind.Kind.CONSTANT
        && argument.constant().getKind() == CelConstant.Kind.STRING_VALUE) {
      try {
        Duration range = Durations.parse(argument.constant().stringValue());
        if (!range.isZero() && range.toNanosPart() == 0) {
          return "[" + Durations.format(range) + "]";
        }
      } catch (DateTimeException e) {
        // Reported below.
      }
    }
    throw new HealthProblem(
        call.function() + ": expected a duration in quotes last, such as \"5m\"");
  }

  private String aggregated(String function, String series) {
    return function
        + (by.isEmpty() ? "" : " by (" + String.join(", ", by) + ") ")
        + "("
        + series
        + ")";
  }
}
