package io.millrace.cli.support;

import io.millrace.pipeline.RunHelp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/**
 * A command that takes the flags of a run beside its own options. Its help describes both.
 *
 * @see io.millrace.pipeline.RunHelp
 */
public abstract class FlagCommand implements Callable<Integer> {
  @Option(
      names = {"-h", "--help"},
      description = "Show this help.")
  private boolean help;

  @Unmatched private List<String> flags = new ArrayList<>();

  private final String usage;
  private final String examples;

  /**
   * A command.
   *
   * @param usage what its help says before the flags of a run
   * @param examples what it says after them
   */
  protected FlagCommand(String usage, String examples) {
    this.usage = usage;
    this.examples = examples;
  }

  @Override
  public final Integer call() {
    if (!help) {
      return run(flags);
    }
    System.out.print(usage);
    RunHelp.print(System.out);
    System.out.print(examples);
    return 0;
  }

  /**
   * Does its work.
   *
   * @param given what is no option of its own
   * @return the exit code
   */
  protected abstract int run(List<String> given);
}
