package io.millrace.local.flink;

import io.millrace.local.process.ChildProcess;
import io.millrace.local.process.LocalServer;
import java.util.function.BooleanSupplier;

/** One process of a {@link LocalFlinkCluster}. */
final class FlinkProcess extends LocalServer {
  private final Runnable prepare;
  private final BooleanSupplier answers;

  /**
   * @param prepare what each start needs: a configuration, a port
   * @param answers whether the process that was started last does its work
   */
  FlinkProcess(
      String name, String address, ChildProcess child, Runnable prepare, BooleanSupplier answers) {
    super(name, address, child);
    this.prepare = prepare;
    this.answers = answers;
  }

  @Override
  protected void prepare() {
    prepare.run();
  }

  @Override
  protected boolean answers() {
    return answers.getAsBoolean();
  }
}
