package io.millrace.io.schema;

import org.checkerframework.checker.nullness.qual.Nullable;

/** What can be done about a {@link Difference}. */
public sealed interface Remedy {
  /** Makes a change for which the system has no statement. */
  @FunctionalInterface
  interface Action {
    void apply() throws Exception;
  }

  /**
   * A safe change: it keeps every value, pipelines with an earlier contract can still write, and
   * the system makes it as a whole or not at all.
   *
   * @param verb what {@code migrate} does, such as "adds it"
   * @param result what has happened afterwards
   * @param statement the change in the system's own language
   * @param action makes the change; null: executing the statement does
   */
  record Change(String verb, String result, String statement, @Nullable Action action)
      implements Remedy {
    public Change(String verb, String result, String statement) {
      this(verb, result, statement, null);
    }
  }

  /**
   * No change is safe; an operator has to decide.
   *
   * @param reason why
   * @param page the page of the docs that tells how to make the change by hand
   */
  record Refuse(String reason, String page) implements Remedy {}

  /** No change is needed. */
  record None() implements Remedy {}
}
