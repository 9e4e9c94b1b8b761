package io.millrace.bench;

import io.millrace.bench.dedupe.DedupeCommand;
import io.millrace.bench.rollups.RollupsCommand;
import io.millrace.bench.sink.EncodeCommand;
import io.millrace.bench.sink.SinkCommand;
import io.millrace.bench.speed.ProfileCommand;
import io.millrace.bench.speed.ScalingCommand;
import io.millrace.bench.speed.SpeedCommand;
import io.millrace.cli.support.Measurements;
import java.util.List;

/** The benchmarks of this module. */
public final class BenchMeasurements implements Measurements {
  @Override
  public List<Object> commands() {
    return List.of(
        new DedupeCommand(),
        new RollupsCommand(),
        new SinkCommand(),
        new EncodeCommand(),
        new SpeedCommand(),
        new ScalingCommand(),
        new ProfileCommand());
  }
}
