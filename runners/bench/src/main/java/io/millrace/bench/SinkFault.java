package io.millrace.bench;

/**
 * A fault of ClickHouse, or of the way there, and how it comes and goes during a run.
 *
 * @param name for flags and the table
 * @param what one line for people
 * @param scenario brings it about
 */
record SinkFault(String name, String what, Scenario scenario) implements CaseRuns.Case {
  /** Runs beside the pipeline, from before its tables are there; returns when all is mended. */
  @FunctionalInterface
  interface Scenario {
    void run(FaultRun run);
  }
}
