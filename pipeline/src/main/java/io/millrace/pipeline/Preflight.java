package io.millrace.pipeline;

import io.millrace.sink.Sink;
import io.millrace.source.Source;
import java.util.ArrayList;
import java.util.List;

/** Looks, before a run, whether source and sink can be used. Changes nothing. */
public final class Preflight {
  private Preflight() {}

  /**
   * Checks both ends.
   *
   * @return one line for each problem; empty if a run can start
   */
  public static List<String> problems(Source source, Sink sink) {
    List<String> problems = new ArrayList<>(source.check());
    problems.addAll(sink.check());
    return problems;
  }
}
