package io.millrace.bench.harness;

import io.millrace.pipeline.ExitCodes;

/** What a measurement found, for people and for programs. */
public interface Report {
  /** Whether all bars are reached that were measured. */
  boolean passes();

  /** The table, without a line end after its last line. */
  String text();

  /** One JSON object in one line. */
  String json();

  /**
   * Prints the report.
   *
   * @return the exit code
   */
  default int print(boolean json) {
    System.out.println(json ? json() : text());
    return passes() ? 0 : ExitCodes.FAILED;
  }
}
