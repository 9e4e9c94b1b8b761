package io.millrace.local.flink;

import io.millrace.local.process.ChildProcess;
import io.millrace.local.process.LocalServer;
import java.util.function.BooleanSupplier;

/** One process of a {@link LocalFlinkCluster}. */
final class FlinkProcess extends LocalServer {
  private final Runnable prepare;
  private final BooleanSupplier answers;

  /**
   * @param prepare runs before each start
   * @param answers whether the last started process responds
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
