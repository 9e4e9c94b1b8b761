package io.millrace.pipeline;

import io.millrace.io.Source;
import io.millrace.options.Sinks;
import java.util.ArrayList;
import java.util.List;

/** Looks, before a run, whether source and sinks can be used. Changes nothing. */
final class Preflight {
  private Preflight() {}

  /**
   * Checks all ends.
   *
   * @return one line for each problem; empty if a run can start
   */
  static List<String> problems(Source source, Sinks sinks) {
    List<String> problems = new ArrayList<>(source.check());
    problems.addAll(sinks.check());
    return problems;
  }
}
