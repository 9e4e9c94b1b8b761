package io.millrace.bench;

import io.millrace.bench.capacity.CapacityCommand;
import io.millrace.bench.formats.FormatsCommand;
import io.millrace.bench.rules.RulesCommand;
import io.millrace.bench.speed.ScalingCommand;
import io.millrace.bench.speed.SpeedCommand;
import io.millrace.bench.steps.StepsCommand;
import io.millrace.cli.support.Measurements;
import java.util.List;

/** The benchmarks of this module. */
public final class BenchMeasurements implements Measurements {
  @Override
  public List<Object> commands() {
    return List.of(
        new SpeedCommand(),
        new FormatsCommand(),
        new RulesCommand(),
        new ScalingCommand(),
        new StepsCommand(),
        new CapacityCommand());
  }
}
