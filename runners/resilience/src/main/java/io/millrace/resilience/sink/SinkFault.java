package io.millrace.resilience.sink;

import io.millrace.resilience.harness.CaseRuns;
import java.util.List;

/**
 * A fault of ClickHouse, or of the connection to it, during a run.
 *
 * @param name the name in flags and the table
 * @param what a one-line description
 * @param flags additional flags of the run; KAFKA stands for the broker, DB for the database
 * @param scenario causes and ends the fault
 */
record SinkFault(String name, String what, List<String> flags, Scenario scenario)
    implements CaseRuns.Case {
  /** A fault of a run with the default flags. */
  SinkFault(String name, String what, Scenario scenario) {
    this(name, what, List.of(), scenario);
  }

  /** Runs in parallel to the pipeline, from before its tables exist until the fault has ended. */
  @FunctionalInterface
  interface Scenario {
    void run(FaultRun run);
  }
}
