package io.millrace.pipeline;

import io.millrace.io.SinkException;
import io.millrace.io.SourceException;
import io.millrace.io.flags.ConfigException;
import java.util.List;
import org.apache.beam.sdk.PipelineResult;

/**
 * Starts the pipeline on the runner in the flags. If it cannot start, it prints one line for each
 * problem and exits with code 2.
 */
public final class Main {
  private static final int WRONG_USE = 2;

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
        System.exit(refuse(problems));
      }
      PipelineResult result = launch.start();
      result.waitUntilFinish();
      launch
          .balances(result)
          .forEach((sink, balance) -> System.out.println(sink + ": " + balance.equation()));
    } catch (ConfigException e) {
      System.exit(refuse(e.problems()));
    } catch (SinkException e) {
      System.exit(refuse(e.problems()));
    } catch (SourceException e) {
      System.exit(refuse(List.of(e.getMessage())));
    }
  }

  private static int refuse(List<String> lines) {
    lines.forEach(line -> System.err.println("millrace: " + line));
    return WRONG_USE;
  }
}
