package io.millrace.pipeline;

import java.util.List;
import org.apache.beam.sdk.PipelineResult;

/**
 * Starts the pipeline on the runner in the flags. If it cannot start, it prints one line for each
 * problem and exits with code 2.
 */
public final class Main {
  private Main() {}

  /** Runs with flags of Millrace and Beam; {@code --help} prints Millrace's. */
  public static void main(String[] args) {
    if (args.length == 0 || List.of(args).contains("--help")) {
      RunHelp.print(System.out);
      return;
    }
    try {
      Launch launch = Launch.of(Launch.parse(args));
      List<String> problems = launch.problems();
      if (!problems.isEmpty()) {
        System.exit(ExitCodes.report(problems, System.err::println));
      }
      PipelineResult result = launch.start();
      result.waitUntilFinish();
      launch
          .balances(result)
          .forEach((sink, balance) -> System.out.println(sink + ": " + balance.equation()));
    } catch (RuntimeException e) {
      System.exit(ExitCodes.report(e, System.err::println));
    }
  }
}
