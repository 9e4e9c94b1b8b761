package io.millrace.expression;

import io.millrace.contract.Contract;
import io.millrace.contract.FilterRule;
import io.millrace.contract.FilterRule.OnError;
import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.Event;
import io.millrace.event.Outcome;
import io.millrace.event.PipelineMetrics;
import org.apache.beam.sdk.metrics.Counter;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The filter rules of a contract, compiled. The first rule that applies to an event turns it away,
 * and counts it under its own name and as {@code filtered}. The rules see the event as the contract
 * declares it, with defaults. Not thread-safe. No state: equal events always end alike.
 */
public final class EventFilter {
  private final Rule[] rules;
  private final Counter filtered = PipelineMetrics.outcome(Outcome.FILTERED);

  /** A compiled rule; without a test it is about every event. */
  private record Rule(
      String name, @Nullable RowTest test, double keep, OnError onError, Counter counter) {
    static Rule of(FilterRule rule, Expressions expressions) {
      String when = rule.when();
      return new Rule(
          rule.name(),
          when == null ? null : expressions.condition(when),
          rule.keep(),
          rule.onError(),
          PipelineMetrics.counter(PipelineMetrics.FILTERED_BY + rule.name()));
    }

    /** The identity is a hash, so its upper half is evenly distributed. */
    boolean keeps(Event event) {
      return keep > 0 && (event.identityHigh() >>> 11) * 0x1p-53 < keep;
    }
  }

  private EventFilter(Rule[] rules) {
    this.rules = rules;
  }

  /** The rules of a contract; null if it has none. */
  public static @Nullable EventFilter of(Contract contract) {
    if (contract.filters().isEmpty()) {
      return null;
    }
    Expressions expressions = new Expressions(contract.fields());
    return new EventFilter(
        contract.filters().stream().map(rule -> Rule.of(rule, expressions)).toArray(Rule[]::new));
  }

  /**
   * Whether a rule turns the event away; counts it then.
   *
   * @throws DecodeException if a rule fails on the event and makes it a dead letter
   */
  public boolean turnsAway(Event event) throws DecodeException {
    Rule rule = find(event);
    if (rule == null) {
      return false;
    }
    rule.counter.inc();
    filtered.inc();
    return true;
  }

  /**
   * The name of the rule that turns the event away, without counting; null: none does.
   *
   * @throws DecodeException as {@link #turnsAway}
   */
  public @Nullable String ruleFor(Event event) throws DecodeException {
    Rule rule = find(event);
    return rule == null ? null : rule.name;
  }

  private @Nullable Rule find(Event event) throws DecodeException {
    for (Rule rule : rules) {
      int result = rule.test == null ? RowTest.TRUE : rule.test.test(event.values());
      if (result == RowTest.FAILED) {
        if (rule.onError == OnError.DEAD) {
          throw new DecodeException(
              DeadLetterCode.RULE_FAILED,
              "filter." + rule.name + ": the expression has no value for this event");
        }
        result = rule.onError == OnError.FILTERED ? RowTest.TRUE : RowTest.FALSE;
      }
      if (result == RowTest.TRUE && !rule.keeps(event)) {
        return rule;
      }
    }
    return null;
  }
}
