package io.millrace.cli.dataflow;

import io.millrace.cli.support.CommandErrors;
import io.millrace.dataflow.DataflowMain;
import io.millrace.io.flags.ConfigException;
import io.millrace.pipeline.ExitCodes;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.checkerframework.checker.nullness.qual.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Prints the gcloud commands of a launch, and runs them if it is told to. */
@Command(
    name = "launch-dataflow",
    mixinStandardHelpOptions = true,
    customSynopsis = "scripts/millrace launch-dataflow [ACTION...] [OPTIONS] FLAGS",
    description = {
      "Launches the pipeline on Google Dataflow by a Flex Template.",
      "Prints the exact gcloud commands, and runs them with --yes. FLAGS are those of",
      "`scripts/millrace run`; all are checked first. docs/dataflow.md tells what must be there",
      "before: APIs, service accounts, a bucket, a repository, a network."
    },
    footer = {
      "",
      "Example: scripts/millrace launch-dataflow --project=my-project --region=us-central1"
          + " --bucket=gs://my-bucket --input=kafka://broker-1:9092/query-events"
          + " --output=clickhouse://clickhouse:8123/telemetry"
          + " --contract=test-data/contracts/query-events.yaml",
      "Example: scripts/millrace launch-dataflow build run --yes --project=my-project ...",
      "Example: scripts/millrace launch-dataflow --dryRun=/tmp/job.json --input=..."
          + " --output=... --contract=...",
      "",
      "Exit codes: 0 done, 1 gcloud failed, 2 wrong use."
    })
public final class LaunchDataflowCommand implements Callable<Integer> {
  /** What can be asked of Google, in the order of a job's life. */
  enum Action {
    BUILD,
    UPLOAD,
    RUN,
    UPDATE,
    DRAIN,
    CANCEL
  }

  @Parameters(
      arity = "0..*",
      paramLabel = "ACTION",
      description =
          "build (image and template), upload (the contract), run, update, drain or cancel; several"
              + " are done in this order. Without: all but cancel are printed.")
  private List<Action> actions = new ArrayList<>();

  @Option(names = "--project", description = "Google Cloud project of the job.")
  private @Nullable String project;

  @Option(
      names = "--region",
      defaultValue = "us-central1",
      description = "Region of the job. Default: ${DEFAULT-VALUE}")
  private String region;

  @Option(names = "--bucket", paramLabel = "gs://NAME", description = "For staging and templates.")
  private @Nullable String bucket;

  @Option(
      names = "--template",
      paramLabel = "gs://FILE",
      description = "The template's specification. Default: BUCKET/templates/millrace.json")
  private @Nullable String template;

  @Option(
      names = "--image",
      description =
          "The template's image. Default: REGION-docker.pkg.dev/PROJECT/millrace/dataflow")
  private @Nullable String image;

  @Option(
      names = "--jobName",
      defaultValue = "millrace",
      description = "Name of the job; an update finds the running job by it.")
  private String jobName;

  @Option(names = "--serviceAccount", description = "The workers' service account.")
  private @Nullable String serviceAccount;

  @Option(names = "--network", description = "Network of launcher and workers.")
  private @Nullable String network;

  @Option(names = "--subnetwork", description = "regions/REGION/subnetworks/NAME")
  private @Nullable String subnetwork;

  @Option(
      names = "--usePublicIps",
      arity = "1",
      defaultValue = "true",
      paramLabel = "true|false",
      description =
          "Whether workers have external addresses; false needs Private Google Access. Default:"
              + " ${DEFAULT-VALUE}")
  private boolean usePublicIps;

  @Option(names = "--workerMachineType", description = "Of the workers. Default: Dataflow's.")
  private @Nullable String machineType;

  @Option(
      names = "--maxNumWorkers",
      defaultValue = "4",
      description = "Most workers that autoscaling may start. Default: ${DEFAULT-VALUE}")
  private int maxWorkers;

  @Option(
      names = "--mapping",
      paramLabel = "FILE",
      description = "For update: JSON object of old to new names of steps.")
  private @Nullable Path mapping;

  @Option(
      names = "--dryRun",
      paramLabel = "FILE",
      description =
          "Write the job's graph as JSON to this file. Offline; no credentials, nothing starts."
              + " Without --kafkaPartitions each topic is taken to have 3.")
  private @Nullable Path dryRun;

  @Option(names = "--yes", description = "Run the commands of the given actions.")
  private boolean yes;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Unmatched private List<String> flags = new ArrayList<>();

  @Spec private CommandSpec spec;

  private final @Nullable String searchPath;

  public LaunchDataflowCommand() {
    this(System.getenv("PATH"));
  }

  LaunchDataflowCommand(@Nullable String searchPath) {
    this.searchPath = searchPath;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    for (String flag : flags) {
      CommandErrors.refuseOldSpelling(spec, flag);
    }
    PipelineFlags given = PipelineFlags.of(flags);
    if (dryRun != null) {
      return writeGraph(dryRun);
    }
    Set<Action> asked = new LinkedHashSet<>(actions);
    boolean all = asked.isEmpty();
    refuseIncomplete(asked, given);
    List<LaunchStep> steps = steps(asked, given);
    if (!yes) {
      print(steps, List.of());
      return 0;
    }
    if (all) {
      throw new ConfigException(
          List.of("--yes: say what to do: build, upload, run, update, drain or cancel"));
    }
    Gcloud gcloud = Gcloud.on(searchPath);
    if (gcloud == null) {
      throw new ConfigException(
          List.of(
              "gcloud is not on the PATH: install the Google Cloud CLI, or leave out --yes and run"
                  + " the commands elsewhere"));
    }
    return run(steps, gcloud);
  }

  private int writeGraph(Path file) {
    List<String> args = new ArrayList<>(flags);
    args.add("--dryRun=" + file);
    args.add("--jobName=" + jobName);
    args.add("--region=" + region);
    args.add("--maxNumWorkers=" + maxWorkers);
    if (project != null) {
      args.add("--project=" + project);
    }
    PrintStream silent = new PrintStream(java.io.OutputStream.nullOutputStream(), true);
    DataflowMain.launch(args, silent);
    if (json) {
      out().println(LaunchStep.json(Map.of("written", file.toString())));
    } else {
      out().println("job graph written to " + file + "; nothing was started");
    }
    return 0;
  }

  private void refuseIncomplete(Set<Action> asked, PipelineFlags given) {
    List<String> problems = new ArrayList<>();
    if (project == null) {
      problems.add("--project is missing");
    }
    if (bucket == null) {
      problems.add("--bucket is missing");
    } else if (!bucket.startsWith("gs://") || bucket.endsWith("/")) {
      problems.add("--bucket: expected gs://NAME, without a slash at its end");
    }
    if (maxWorkers < 1) {
      problems.add("--maxNumWorkers: expected at least 1, found " + maxWorkers);
    }
    if (asked.isEmpty() || asked.contains(Action.RUN) || asked.contains(Action.UPDATE)) {
      problems.addAll(given.problems());
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  private List<LaunchStep> steps(Set<Action> asked, PipelineFlags given) {
    PipelineFlags.Uploaded uploaded = given.withContractIn(bucket);
    TemplatePlan plan =
        new TemplatePlan(
            project,
            region,
            bucket,
            template == null ? bucket + "/templates/millrace.json" : template,
            image == null ? region + "-docker.pkg.dev/" + project + "/millrace/dataflow" : image,
            jobName,
            new TemplatePlan.Machines(
                serviceAccount, network, subnetwork, usePublicIps, machineType, maxWorkers),
            uploaded.parameters(),
            uploaded.others(),
            mapping);
    return LaunchStep.of(plan, asked, uploaded.contract(), uploaded.place());
  }

  private int run(List<LaunchStep> steps, Gcloud gcloud) throws IOException, InterruptedException {
    List<String> done = new ArrayList<>();
    for (LaunchStep step : steps) {
      List<String> command = step.command();
      if (step.jobIdFrom() != null) {
        List<String> ids = gcloud.ask(step.jobIdFrom());
        if (ids.size() != 1) {
          return failed(step, "found " + ids.size() + " active jobs named " + jobName);
        }
        command = step.command(ids.get(0));
      }
      err().println(ShellWords.of(command));
      err().flush();
      int code = gcloud.run(command, System.err);
      if (code != 0) {
        return failed(step, "gcloud ended with exit code " + code);
      }
      done.add(step.name());
    }
    if (json) {
      print(steps, done);
    }
    return 0;
  }

  private int failed(LaunchStep step, String why) {
    err().println("millrace: " + step.name() + ": " + why);
    return ExitCodes.FAILED;
  }

  private void print(List<LaunchStep> steps, List<String> done) {
    if (json) {
      out()
          .println(
              LaunchStep.json(
                  Map.of("steps", steps.stream().map(LaunchStep::asMap).toList(), "done", done)));
      return;
    }
    for (LaunchStep step : steps) {
      out().println("# " + step.name() + ": " + step.why());
      out().println(step.shell());
      out().println();
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
