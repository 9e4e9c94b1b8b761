package io.millrace.dataflow;

import io.millrace.io.flags.ConfigException;
import io.millrace.options.MillraceOptions;
import io.millrace.options.RunConfig;
import io.millrace.pipeline.ExitCodes;
import io.millrace.pipeline.Launch;
import io.millrace.pipeline.RunHelp;
import java.io.PrintStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.beam.runners.dataflow.DataflowPipelineJob;
import org.apache.beam.runners.dataflow.DataflowRunner;
import org.apache.beam.runners.dataflow.options.DataflowPipelineOptions;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.ExperimentalOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Launches the pipeline on Dataflow, from a Flex Template's launcher or the command line. Returns
 * once the job is submitted, because a template's launcher must not wait for its job. If the job
 * cannot start, it prints one line for each problem and exits with code 2.
 */
public final class DataflowMain {
  private DataflowMain() {}

  /** Launches with Millrace's and Beam's flags; {@code --help} prints Millrace's. */
  public static void main(String[] args) {
    int code = run(List.of(args), System.out, System.err);
    if (code != 0) {
      System.exit(code);
    }
  }

  static int run(List<String> args, PrintStream out, PrintStream err) {
    if (args.isEmpty() || args.contains("--help")) {
      RunHelp.print(out);
      return 0;
    }
    try {
      launch(args, out);
      return 0;
    } catch (ConfigException e) {
      return ExitCodes.report(e, err::println);
    }
  }

  /**
   * Launches the pipeline.
   *
   * @throws ConfigException with all problems that the user can fix
   */
  public static void launch(List<String> args, PrintStream out) {
    try {
      start(args, out);
    } catch (RuntimeException e) {
      List<String> problems = problems(e);
      if (problems == null) {
        throw e;
      }
      throw new ConfigException(problems);
    }
  }

  /** What the user can fix; null for any other failure, which needs its stack trace. */
  private static @Nullable List<String> problems(Throwable failure) {
    List<String> problems = ExitCodes.problems(failure);
    if (problems != null) {
      return problems;
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (isOfTheRunner(cause)) {
        return List.of(
            "the Dataflow runner cannot start the job: "
                + because(cause)
                + ". See docs/dataflow.md for prerequisites");
      }
    }
    return null;
  }

  /** Whether the runner threw it while validating its options; a wrapping exception is not. */
  private static boolean isOfTheRunner(Throwable cause) {
    return Arrays.stream(cause.getStackTrace())
        .anyMatch(
            frame ->
                frame.getClassName().equals(DataflowRunner.class.getName())
                    && frame.getMethodName().equals("fromOptions"));
  }

  /** The first lines of its message and of the innermost cause's. */
  private static String because(Throwable failure) {
    Throwable innermost = failure;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    String first = firstLine(failure);
    String last = firstLine(innermost);
    return first.contains(last) ? first : first + ": " + last;
  }

  private static String firstLine(Throwable failure) {
    String message = failure.getMessage();
    return message == null
        ? failure.getClass().getSimpleName()
        : message.lines().findFirst().orElse("").strip();
  }

  private static void start(List<String> args, PrintStream out) {
    PipelineOptionsFactory.register(DataflowLaunchOptions.class);
    boolean dry = args.stream().anyMatch(arg -> arg.startsWith("--dryRun="));
    List<String> flags = DataflowDefaults.addTo(dry ? DryRun.addTo(args) : args);
    MillraceOptions options = Launch.parse(flags.toArray(String[]::new));
    DataflowLaunchOptions how = options.as(DataflowLaunchOptions.class);
    Path file = dry ? path(how.getDryRun()) : null;
    // Keeps the local path out of the job graph.
    how.setDryRun(null);
    Launch launch = opened(options);
    if (file != null) {
      DryRun.prepare(options, file);
      launch.startWithTablesAsTheyAre();
      out.println("job graph written to " + file + "; no job was started");
      return;
    }
    PipelineResult job;
    if (how.getSkipPreflight()) {
      job = launch.startWithTablesAsTheyAre();
    } else {
      List<String> problems = launch.problems();
      if (!problems.isEmpty()) {
        throw new ConfigException(problems);
      }
      job = launch.start();
    }
    if (job instanceof DataflowPipelineJob running) {
      out.printf(Locale.ROOT, "job %s: %s%n", running.getJobId(), launch.route());
    }
  }

  private static Path path(String file) {
    try {
      return Path.of(file);
    } catch (InvalidPathException e) {
      throw new ConfigException(List.of("--dryRun: not a path"));
    }
  }

  private static Launch opened(MillraceOptions options) {
    List<String> problems = problems(options);
    if (problems.isEmpty()) {
      return Launch.of(options);
    }
    try {
      RunConfig.of(options);
    } catch (ConfigException e) {
      problems.addAll(e.problems());
    }
    throw new ConfigException(problems);
  }

  /** Flags that Dataflow rejects late, or accepts although they break the pipeline. */
  public static List<String> problems(MillraceOptions options) {
    DataflowPipelineOptions dataflow = options.as(DataflowPipelineOptions.class);
    List<String> problems = new ArrayList<>();
    String runner = options.getRunner().getSimpleName();
    if (!runner.equals("DataflowRunner")) {
      problems.add("--runner: expected DataflowRunner, found " + runner + "; remove the flag");
    }
    if (!dataflow.isStreaming()) {
      problems.add("--streaming: event-time timers require a streaming job; remove the flag");
    }
    if (!dataflow.isEnableStreamingEngine()) {
      problems.add(
          "--enableStreamingEngine: deduplication requires Streaming Engine; remove the flag");
    }
    List<String> services = dataflow.getDataflowServiceOptions();
    if (services != null && services.contains("streaming_mode_at_least_once")) {
      problems.add(
          "--dataflowServiceOptions=streaming_mode_at_least_once: Dataflow would redeliver events"
              + " between steps and count them twice; remove the option");
    }
    for (String experiment :
        List.of(
            "use_runner_v2", "use_unified_worker", "beam_fn_api", "use_portable_job_submission")) {
      if (ExperimentalOptions.hasExperiment(options, experiment)) {
        problems.add(
            "--experiments="
                + experiment
                + ": runner v2 does not support MapState in streaming Java jobs, which"
                + " deduplication requires; remove the experiment");
      }
    }
    return problems;
  }
}
