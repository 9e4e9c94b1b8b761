package io.millrace.health;

import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.ast.CelExpr;
import dev.cel.parser.CelParserFactory;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A condition on the health of a contract's run, in the syntax of CEL over the names of metrics:
 * {@code rate(events_total.where(outcome == "dead"), "5m") > 10}.
 *
 * <p><b>Semantics.</b> Prometheus judges it, not the pipeline, because a run that is down judges
 * nothing. {@link #promQl} gives the condition in its language. A condition is judged for each
 * combination of values of {@link #labels}: the labels that all of its metrics have.
 */
public final class HealthCondition {
  private final CelExpr expression;
  private final List<String> labels;

  private HealthCondition(CelExpr expression, List<String> labels) {
    this.expression = expression;
    this.labels = labels;
  }

  /**
   * Reads a condition.
   *
   * @throws HealthProblem if it is not valid
   */
  public static HealthCondition of(String text) {
    CelExpr expression = parse(text);
    List<Mention> mentions = new ArrayList<>();
    boolean[] absent = new boolean[1];
    mentions(expression, mentions, absent);
    Set<String> labels = new LinkedHashSet<>();
    if (!mentions.isEmpty() && !absent[0]) {
      labels.addAll(mentions.get(0).labels());
      mentions.forEach(mention -> labels.retainAll(mention.labels()));
    }
    HealthCondition condition = new HealthCondition(expression, List.copyOf(labels));
    // Whatever is wrong is found by writing it.
    String unused = condition.promQl("", condition.labels);
    return condition;
  }

  private static CelExpr parse(String text) {
    CelValidationResult result = CelParserFactory.standardCelParserBuilder().build().parse(text);
    try {
      return result.getAst().getExpr();
    } catch (CelValidationException e) {
      String message = result.getErrors().get(0).getMessage();
      int column = result.getErrors().get(0).getSourceLocation().getColumn();
      throw new HealthProblem(
          (column < 0 ? "" : "at character " + (column + 1) + ": ")
              + message.lines().findFirst().orElse("").strip());
    }
  }

  private static void mentions(CelExpr expression, List<Mention> found, boolean[] absent) {
    Mention mention = Mention.of(expression);
    if (mention != null) {
      found.add(mention);
    } else if (expression.getKind() == CelExpr.ExprKind.Kind.CALL) {
      absent[0] |= expression.call().function().equals("absent");
      expression.call().args().forEach(arg -> mentions(arg, found, absent));
    }
  }

  /**
   * The labels that tell one alert of the condition from another. None if it asks for an absent
   * metric, because what is absent has no labels.
   */
  public List<String> labels() {
    return labels;
  }

  /**
   * The condition in Prometheus's query language.
   *
   * @param contract the contract whose runs it is about
   * @param by some of {@link #labels}
   */
  public String promQl(String contract, List<String> by) {
    return new PromQlWriter(contract, by).condition(expression);
  }
}
