package io.millrace.cli.stack;

import io.millrace.local.LocalStack;
import io.millrace.local.process.MillraceHome;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Stops the local stack. */
@Command(
    name = "down",
    mixinStandardHelpOptions = true,
    description = "Stops the servers that `up` or `demo --keep` started. Keeps the data.",
    footer = {"", "Example: scripts/millrace down"})
public final class DownCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    List<String> stopped = LocalStack.down(MillraceHome.data());
    System.out.println(
        stopped.isEmpty() ? "nothing to stop" : "stopped " + String.join(", ", stopped));
    return 0;
  }
}
