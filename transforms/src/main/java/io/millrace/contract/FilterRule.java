package io.millrace.contract;

import java.io.Serializable;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A rule that turns events away before deduplication. Their outcome is {@code filtered}. The first
 * rule that applies counts.
 *
 * @param name the rule's name, part of a counter's name
 * @param when the events that the rule is about, as an expression in CEL; null: all
 * @param keep the share of these events that stays, from 0 to less than 1. The identity decides, so
 *     a duplicate ends like its original.
 * @param onError what becomes of an event for which the expression fails
 */
public record FilterRule(String name, @Nullable String when, double keep, OnError onError)
    implements Serializable {

  /** What becomes of an event on which a rule's expression fails. */
  public enum OnError {
    /** The rule does not apply. */
    NULL,
    /** The event is filtered. */
    FILTERED,
    /** The event is a dead letter ({@code rule_failed}). */
    DEAD
  }
}
