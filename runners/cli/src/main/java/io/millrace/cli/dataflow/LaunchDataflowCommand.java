package io.millrace.cli.dataflow;

import io.millrace.cli.support.CommandErrors;
import io.millrace.cli.support.JsonObject;
import io.millrace.dataflow.DataflowLaunchOptions;
import io.millrace.dataflow.DataflowMain;
import io.millrace.io.flags.ConfigException;
import io.millrace.pipeline.ExitCodes;
import io.millrace.pipeline.FlagCheck;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.checkerframework.checker.nullness.qual.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Prints the gcloud commands of a launch and, with {@code --yes}, runs them. */
@Command(
    name = "launch-dataflow",
    mixinStandardHelpOptions = true,
    customSynopsis = "scripts/millrace launch-dataflow [ACTION...] [OPTIONS] FLAGS",
    description = {
      "Launches the pipeline on Google Dataflow with a Flex Template.",
      "Prints the gcloud commands; with --yes, runs them. FLAGS are those of `scripts/millrace",
      "run` and are validated first. Prerequisites (APIs, service accounts, bucket, repository,",
      "network): docs/dataflow.md."
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
  /** The actions, in the order of a job's life cycle. */
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
          "build (image and template), upload (the contract), run, update, drain or cancel. Actions"
              + " run in this order. Without actions, prints all except cancel.")
  private List<Action> actions = new ArrayList<>();

  @Option(names = "--project", description = "Google Cloud project of the job.")
  private @Nullable String project;

  @Option(
      names = "--region",
      defaultValue = "us-central1",
      description = "Region of the job. Default: ${DEFAULT-VALUE}")
  private String region;

  @Option(
      names = "--bucket",
      paramLabel = "gs://NAME",
      description = "Bucket for staging and templates.")
  private @Nullable String bucket;

  @Option(
      names = "--template",
      paramLabel = "gs://FILE",
      description = "Specification file of the template. Default: BUCKET/templates/millrace.json")
  private @Nullable String template;

  @Option(
      names = "--image",
      description =
          "Image of the template. Default: REGION-docker.pkg.dev/PROJECT/millrace/dataflow")
  private @Nullable String image;

  @Option(
      names = "--jobName",
      defaultValue = "millrace",
      description = "Name of the job. An update replaces the running job of this name.")
  private String jobName;

  @Option(names = "--serviceAccount", description = "Service account of the workers.")
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
          "Whether workers have external IP addresses. false requires Private Google Access."
              + " Default: ${DEFAULT-VALUE}")
  private boolean usePublicIps;

  @Option(
      names = "--workerMachineType",
      description = "Machine type of the workers. Default: Dataflow's.")
  private @Nullable String machineType;

  @Option(
      names = "--maxNumWorkers",
      defaultValue = "4",
      description = "Maximum number of workers for autoscaling. Default: ${DEFAULT-VALUE}")
  private int maxWorkers;

  @Option(
      names = "--mapping",
      paramLabel = "FILE",
      description = "For update: JSON object that maps old step names to new ones.")
  private @Nullable Path mapping;

  @Option(
      names = "--dryRun",
      paramLabel = "FILE",
      description =
          "Write the job graph as JSON to this file without starting a job. Works offline without"
              + " credentials. Assumes 3 partitions per topic unless --kafkaPartitions is set.")
  private @Nullable Path dryRun;

  @Option(names = "--yes", description = "Run the commands of the actions.")
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
    Set<Action> requested = new LinkedHashSet<>(actions);
    requireComplete(requested, given);
    List<LaunchStep> steps = steps(requested, given);
    if (!yes) {
      print(steps, List.of());
      return 0;
    }
    if (requested.isEmpty()) {
      throw new ConfigException(
          List.of("--yes: expected an action: build, upload, run, update, drain or cancel"));
    }
    Gcloud gcloud = Gcloud.on(searchPath);
    if (gcloud == null) {
      throw new ConfigException(
          List.of(
              "gcloud is not on the PATH. Install the Google Cloud CLI, or remove --yes and run the"
                  + " printed commands elsewhere"));
    }
    return run(steps, gcloud);
  }

  private int writeGraph(Path file) {
    List<String> args = new ArrayList<>(flags);
    args.add("--dryRun=" + file);
    args.add("--jobName=" + jobName);
    args.add("--region=" + region);
    args.add("--maxNumWorkers=" + maxWorkers);
    args.add("--usePublicIps=" + usePublicIps);
    addIfGiven(args, "--project=", project);
    addIfGiven(args, "--serviceAccount=", serviceAccount);
    addIfGiven(args, "--network=", network);
    addIfGiven(args, "--subnetwork=", subnetwork);
    addIfGiven(args, "--workerMachineType=", machineType);
    // The class path has the options of other runners, too.
    List<String> problems =
        FlagCheck.problems(args, "DataflowRunner", List.of(DataflowLaunchOptions.class));
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    PrintStream silent = new PrintStream(java.io.OutputStream.nullOutputStream(), true);
    DataflowMain.launch(args, silent);
    if (json) {
      out().println(JsonObject.object().put("written", file.toString()).text());
    } else {
      out().println("job graph written to " + file + "; no job was started");
    }
    return 0;
  }

  private static void addIfGiven(List<String> args, String flag, @Nullable String value) {
    if (value != null) {
      args.add(flag + value);
    }
  }

  private void requireComplete(Set<Action> requested, PipelineFlags given) {
    List<String> problems = new ArrayList<>();
    if (project == null) {
      problems.add("--project is missing");
    }
    if (bucket == null) {
      problems.add("--bucket is missing");
    } else if (!bucket.startsWith("gs://") || bucket.endsWith("/")) {
      problems.add("--bucket: expected gs://NAME without a trailing slash");
    }
    if (maxWorkers < 1) {
      problems.add("--maxNumWorkers: expected at least 1, found " + maxWorkers);
    }
    if (requested.isEmpty()
        || requested.contains(Action.RUN)
        || requested.contains(Action.UPDATE)) {
      problems.addAll(given.problems());
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  private List<LaunchStep> steps(Set<Action> requested, PipelineFlags given) {
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
    return LaunchStep.of(plan, requested, uploaded.contracts());
  }

  private int run(List<LaunchStep> steps, Gcloud gcloud) throws IOException, InterruptedException {
    List<String> done = new ArrayList<>();
    for (LaunchStep step : steps) {
      List<String> command = step.command();
      if (step.jobIdFrom() != null) {
        List<String> ids = gcloud.outputOf(step.jobIdFrom());
        if (ids.size() != 1) {
          return failed(step, "expected 1 active job named " + jobName + ", found " + ids.size());
        }
        command = step.command(ids.get(0));
      }
      err().println(ShellWords.of(command));
      err().flush();
      int code = gcloud.run(command, System.err);
      if (code != 0) {
        return failed(step, "gcloud exited with code " + code);
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
              JsonObject.object()
                  .put("steps", steps.stream().map(LaunchStep::asMap).toList())
                  .put("done", done)
                  .text());
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
