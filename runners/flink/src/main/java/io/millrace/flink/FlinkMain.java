package io.millrace.flink;

import io.millrace.io.SinkException;
import io.millrace.io.SourceException;
import io.millrace.io.flags.ConfigException;
import io.millrace.pipeline.ExitCodes;
import io.millrace.pipeline.Launch;
import io.millrace.pipeline.RunHelp;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.beam.runners.flink.FlinkDetachedRunnerResult;
import org.apache.beam.sdk.PipelineResult;

/**
 * The main class of the job jar. {@code flink run}, Flink's web interface and the Kubernetes
 * operator run the job on their cluster. Started as a Java program, it submits to the cluster of
 * {@code --flinkMaster}. In attached mode it waits for the job and prints the equation.
 *
 * <p>If the job cannot start, it prints one line for each problem and exits with code 2. Inside a
 * Flink process it throws the lines as an exception's message instead of ending the process.
 */
public final class FlinkMain {
  private FlinkMain() {}

  /** Submits with Millrace's and Beam's flags; {@code --help} prints Millrace's. */
  public static void main(String[] args) {
    if (args.length == 0 || List.of(args).contains("--help")) {
      RunHelp.print(System.out);
      return;
    }
    try {
      submit(List.of(args), System.out);
    } catch (RuntimeException e) {
      List<String> problems = ExitCodes.problems(e);
      if (problems != null && FlinkLaunch.isRunByFlink()) {
        throw new ConfigException(problems);
      }
      System.exit(ExitCodes.report(e, System.err::println));
    }
  }

  /**
   * Starts the pipeline.
   *
   * @throws ConfigException with all problems of the flags and of the preflight
   * @throws SinkException if the tables do not match the contract
   * @throws SourceException if the source is unreachable
   */
  static void submit(List<String> args, PrintStream out) {
    FlinkLaunch ready = FlinkLaunch.of(args);
    Launch launch = ready.launch();
    List<String> problems = launch.problems();
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    PipelineResult job = ready.start();
    out.println("submitted: " + launch.route());
    if (job instanceof FlinkDetachedRunnerResult) {
      return;
    }
    job.waitUntilFinish();
    launch
        .balances(job)
        .forEach((sink, balance) -> out.printf(Locale.ROOT, "%s: %s%n", sink, balance.equation()));
  }

  /** The job jar, if this class was loaded from one. */
  static Optional<Path> ownJar() {
    CodeSource source = FlinkMain.class.getProtectionDomain().getCodeSource();
    if (source == null) {
      return Optional.empty();
    }
    try {
      Path path = Path.of(source.getLocation().toURI());
      return Files.isRegularFile(path) ? Optional.of(path) : Optional.empty();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
