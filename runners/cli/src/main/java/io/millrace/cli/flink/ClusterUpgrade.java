package io.millrace.cli.flink;

import io.millrace.flink.FlinkLaunch;
import io.millrace.flink.client.FlinkClientException;
import io.millrace.flink.client.FlinkJob;
import io.millrace.flink.client.FlinkJobJar;
import io.millrace.flink.client.Poll;
import io.millrace.io.flags.RunnerProfile;
import io.millrace.local.flink.FlinkJars;
import io.millrace.options.StateSettings;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** Upgrades a submitted job on the cluster where it runs. */
final class ClusterUpgrade implements Upgrade.Jobs {
  private static final Duration LONGEST_SUBMISSION = Duration.ofMinutes(3);
  private static final Duration LONGEST_FOR_SLOTS = Duration.ofMinutes(2);

  private final SubmittedJob old;
  private final List<String> flags;
  private final PrintStream out;
  private int slots;
  private int oldParallelism;

  /**
   * Creates an upgrade of a job.
   *
   * @param changed flags that replace the old job's
   */
  ClusterUpgrade(SubmittedJob old, List<String> changed, PrintStream out) {
    this.old = old;
    this.flags =
        SubmittedJob.replaced(
            SubmittedJob.replaced(old.flags(), List.of("--flinkMaster=" + old.master())),
            SubmittedJob.without(changed, List.of("--savepointPath=")));
    this.out = out;
  }

  @Override
  public List<String> problems() {
    FlinkJob.Detail running = old.job().detail();
    if (running.hasEnded()) {
      return List.of(
          ("job %s is %s, so it cannot be upgraded. Start a new job with"
                  + " `scripts/millrace submit-flink`; add --savepointPath=PATH to restore its"
                  + " state")
              .formatted(old.id(), running.state()));
    }
    oldParallelism =
        running.vertices().stream().mapToInt(FlinkJob.Vertex::parallelism).max().orElse(1);
    slots = old.cluster().overview().freeSlots() + oldParallelism;
    FlinkLaunch next = FlinkLaunch.of(JobSubmission.complete(flags, old.master(), slots));
    List<String> problems = new ArrayList<>();
    if (next.parallelism() > slots) {
      problems.add(
          "--parallelism: "
              + next.parallelism()
              + " slots are needed, but only "
              + slots
              + " are available after the old job stops. Start more TaskManagers or reduce"
              + " --parallelism");
    }
    slots = Math.min(slots, next.parallelism());
    problems.addAll(saved().conflictsWith(next.settings()));
    problems.addAll(next.launch().problems());
    if (problems.isEmpty()) {
      problems.addAll(missingSteps(next));
    }
    return problems;
  }

  private StateSettings saved() {
    return old.settings().isEmpty()
        ? FlinkLaunch.of(JobSubmission.complete(old.flags(), old.master(), oldParallelism))
            .settings()
        : StateSettings.parse(old.settings());
  }

  /** Reports stateful steps of the old job that the new one lacks; Flink would not restore them. */
  private List<String> missingSteps(FlinkLaunch next) {
    boolean mayLoseState =
        SubmittedJob.value(flags, "--allowNonRestoredState=").filter("true"::equals).isPresent();
    TreeSet<String> missing = new TreeSet<>(old.steps());
    if (mayLoseState || missing.isEmpty()) {
      return List.of();
    }
    missing.removeAll(next.steps());
    return missing.isEmpty() ? List.of() : List.of(FlinkLaunch.missingSteps(missing));
  }

  @Override
  public String stop() {
    String savepoint = old.job().stopWithSavepoint(false, SavepointCommand.LONGEST);
    String unused = old.job().awaitEnd(SavepointCommand.LONGEST);
    return savepoint;
  }

  @Override
  public SubmittedJob startNew(String savepoint) {
    awaitSlots(slots);
    SubmittedJob job = JobSubmission.start(JobSubmission.from(flags, savepoint), out);
    try {
      JobSubmission.awaitSteady(job.job());
    } catch (RuntimeException e) {
      end(job);
      throw e;
    }
    SubmittedJobs.deleteUnusedCopies();
    return job;
  }

  /** Waits for free slots: Flink releases those of a job some time after the job ends. */
  private void awaitSlots(int needed) {
    Poll.until(
        LONGEST_FOR_SLOTS,
        () -> old.cluster().overview().freeSlots() >= needed,
        () ->
            "flink at %s: %s slots are needed, but only %s are free"
                .formatted(old.master(), needed, old.cluster().overview().freeSlots()));
  }

  private static void end(SubmittedJob job) {
    if (!job.job().detail().hasEnded()) {
      job.job().cancel();
      String unused = job.job().awaitEnd(SavepointCommand.LONGEST);
    }
  }

  /** Submits in a child process, because the classes of the old jar must build the old job. */
  @Override
  public SubmittedJob startOld(String savepoint) {
    awaitSlots(oldParallelism);
    List<String> all = new ArrayList<>(JobSubmission.from(old.originalFlags(), savepoint));
    all.removeIf(flag -> flag.startsWith("--flinkMaster=") || flag.startsWith("--filesToStage="));
    all.add("--flinkMaster=" + old.master());
    all.add("--filesToStage=" + old.jar());
    List<String> complete =
        RunnerProfile.FLINK.withDefaults(
            all, List.of("--attachedMode=false", "--parallelism=" + oldParallelism));
    String id = JobSubmission.idOfNew(old.cluster(), () -> submitInProcess(old.jar(), complete));
    SubmittedJob again =
        new SubmittedJob(old.master(), id, old.flags(), old.settings(), old.steps());
    again.takeCopiesOf(old);
    SubmittedJobs.remember(again);
    again.job().awaitRunning(JobSubmission.LONGEST_START);
    SubmittedJobs.deleteUnusedCopies();
    return again;
  }

  private static Void submitInProcess(Path jar, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx1g");
    command.add("-Dlogback.configurationFile=submit-logback.xml");
    for (String open : List.of("lang", "net", "nio", "time", "util", "util.concurrent")) {
      command.add("--add-opens=java.base/java." + open + "=ALL-UNNAMED");
    }
    command.add("-cp");
    command.add(jar + File.pathSeparator + FlinkJars.find() + "/*");
    command.add(FlinkJobJar.MAIN);
    command.addAll(arguments);
    Path log = null;
    Process process = null;
    try {
      log = Files.createTempFile("millrace-submission", ".log");
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (!process.waitFor(LONGEST_SUBMISSION.toSeconds(), TimeUnit.SECONDS)) {
        throw new FlinkClientException(
            "the submission did not finish within " + LONGEST_SUBMISSION.toSeconds() + " s");
      }
      if (process.exitValue() != 0) {
        Optional<String> last =
            Files.readAllLines(log, StandardCharsets.UTF_8).stream().reduce((a, b) -> b);
        throw new FlinkClientException(last.orElse("the submission failed without output"));
      }
    } catch (IOException e) {
      throw new FlinkClientException("cannot submit: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlinkClientException("interrupted while submitting", e);
    } finally {
      if (process != null) {
        process.destroyForcibly();
      }
      if (log != null) {
        log.toFile().delete();
      }
    }
    return null;
  }
}
