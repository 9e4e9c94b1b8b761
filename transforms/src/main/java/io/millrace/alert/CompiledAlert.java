package io.millrace.alert;

import io.millrace.contract.Alert;
import io.millrace.contract.Rollup;
import io.millrace.event.RowValues;
import io.millrace.expression.Expressions;
import io.millrace.expression.RowPredicate;
import io.millrace.expression.TextTemplate;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.checkerframework.checker.nullness.qual.Nullable;

/** An alert of a contract, compiled for the rows of its roll-up. Not thread-safe. */
final class CompiledAlert implements JudgedAlert<RowValues> {
  private final Alert alert;
  private final AlertTimeline.Rule rule;
  private final long forgetTicks;
  private final @Nullable RowPredicate when;
  private final @Nullable RowPredicate clear;
  private final Map<String, TextTemplate> labels = new TreeMap<>();
  private final TextTemplate summary;
  private final int fingerprint;

  CompiledAlert(Alert alert, Rollup rollup) {
    long period = rollup.window().period().toMillis();
    this.alert = alert;
    this.rule =
        alert.isAboutAbsence()
            // The first missing result is one period after the last result.
            ? new AlertTimeline.Rule(ticks(alert.absentFor(), period) - 1, false)
            : new AlertTimeline.Rule(ticks(alert.hold(), period), true);
    this.forgetTicks = ticks(alert.forgetAfter(), period);
    this.when = predicate(rollup, alert.when());
    this.clear = predicate(rollup, alert.clear());
    Expressions expressions = new Expressions(rollup.columns());
    alert.labels().forEach((name, text) -> labels.put(name, TextTemplate.of(expressions, text)));
    this.summary = TextTemplate.of(expressions, alert.summary());
    this.fingerprint =
        String.join(
                "\n",
                alert.rollup(),
                String.valueOf(alert.when()),
                String.valueOf(alert.clear()),
                String.valueOf(alert.hold()),
                String.valueOf(alert.early()),
                String.valueOf(alert.absentFor()),
                String.valueOf(alert.forgetAfter()))
            .hashCode();
  }

  private static long ticks(@Nullable Duration duration, long period) {
    return duration == null ? 0 : (duration.toMillis() + period - 1) / period;
  }

  private static @Nullable RowPredicate predicate(Rollup rollup, @Nullable String expression) {
    return expression == null ? null : RowPredicate.when(rollup.columns(), expression);
  }

  @Override
  public String name() {
    return alert.name();
  }

  @Override
  public int fingerprint() {
    return fingerprint;
  }

  @Override
  public AlertTimeline.Rule rule() {
    return rule;
  }

  @Override
  public boolean early() {
    return alert.early();
  }

  @Override
  public boolean isAboutAbsence() {
    return alert.isAboutAbsence();
  }

  @Override
  public long forgetTicks() {
    return forgetTicks;
  }

  @Override
  public Verdict verdict(RowValues result) {
    if (when == null) {
      return Verdict.CLEARED;
    }
    if (when.test(result)) {
      return Verdict.MET;
    }
    return clear == null || clear.test(result) ? Verdict.CLEARED : Verdict.BETWEEN;
  }

  /** The declared labels for a result, in order of their names. */
  Map<String, String> labels(RowValues result) {
    Map<String, String> texts = new TreeMap<>();
    labels.forEach((name, template) -> texts.put(name, template.of(result)));
    return texts;
  }

  String summary(RowValues result) {
    return summary.of(result);
  }
}
