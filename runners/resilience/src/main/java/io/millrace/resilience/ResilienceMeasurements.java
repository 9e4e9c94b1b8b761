package io.millrace.resilience;

import io.millrace.cli.support.Measurements;
import io.millrace.resilience.cluster.RecoveryCommand;
import io.millrace.resilience.cluster.SteadyCommand;
import io.millrace.resilience.sink.SinkFaultsCommand;
import io.millrace.resilience.sink.SinkKillsCommand;
import java.util.List;

/** The commands of this module. Each injects faults during a stream and verifies every event. */
public final class ResilienceMeasurements implements Measurements {
  @Override
  public List<Object> commands() {
    return List.of(
        new SinkFaultsCommand(),
        new SinkKillsCommand(),
        new RecoveryCommand(),
        new SteadyCommand());
  }
}
