package io.millrace.resilience.sink;

import io.millrace.resilience.harness.CaseRuns;
import java.util.List;

/**
 * A fault of ClickHouse, or of the way there, and how it comes and goes during a run.
 *
 * @param name for flags and the table
 * @param what one line for people
 * @param flags of the run beside the usual ones; KAFKA stands for the broker, DB for the database
 * @param scenario brings it about
 */
record SinkFault(String name, String what, List<String> flags, Scenario scenario)
    implements CaseRuns.Case {
  /** A fault of a run with the usual flags. */
  SinkFault(String name, String what, Scenario scenario) {
    this(name, what, List.of(), scenario);
  }

  /** Runs beside the pipeline, from before its tables are there; returns when all is mended. */
  @FunctionalInterface
  interface Scenario {
    void run(FaultRun run);
  }
}
