package io.millrace.cli.flink;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.millrace.cli.support.JsonObject;
import io.millrace.flink.client.FlinkClientException;
import io.millrace.flink.client.FlinkJob;
import io.millrace.flink.client.FlinkJobJar;
import io.millrace.flink.client.FlinkRest;
import io.millrace.local.LocalStack;
import io.millrace.local.flink.LocalFlinkCluster;
import io.millrace.local.process.MillraceHome;
import io.millrace.pipeline.Launch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A job submitted from this checkout, stored for the commands {@code savepoint} and {@code
 * upgrade}. Its flags contain references to secrets, never secrets.
 *
 * <p>Copies of the job's jar and contract are kept beside it. A failed upgrade restarts the old job
 * with them.
 *
 * @param master {@code host:port} of the cluster's REST interface
 * @param id Flink's job id
 * @param flags the flags it was submitted with, except the savepoint to restore
 * @param settings the settings its state depends on, as JSON; empty if an older build submitted it
 * @param steps uids of its stateful steps
 */
record SubmittedJob(
    String master,
    @JsonProperty("job") String id,
    List<String> flags,
    String settings,
    List<String> steps) {
  private static final String MASTER_FLAG = "--flinkMaster=";
  private static final String CONTRACT_FLAG = "--contract=";

  SubmittedJob {
    flags = List.copyOf(flags);
    settings = settings == null ? "" : settings;
    steps = steps == null ? List.of() : List.copyOf(steps);
  }

  /** The name of the job, by which commands find it. */
  String name() {
    return name(flags);
  }

  /** The name that a job with these flags has. */
  static String name(List<String> flags) {
    return value(flags, "--jobName=").orElse(Launch.JOB_NAME);
  }

  private Path keptJar() {
    return SubmittedJobs.copies(id).resolve("millrace-flink-job.jar");
  }

  /** The copy of the contract with an index in the flag. */
  private Path keptContract(int index) {
    return SubmittedJobs.copies(id)
        .resolve(index == 0 ? "contract.yaml" : "contract-" + (index + 1) + ".yaml");
  }

  /**
   * The cluster of {@code --flinkMaster}, else that of the local stack.
   *
   * @throws FlinkClientException if there is neither
   */
  static String master(List<String> flags) {
    return value(flags, MASTER_FLAG)
        .or(
            () ->
                LocalStack.recorded(MillraceHome.data()).stream()
                    .filter(server -> server.name().equals(LocalFlinkCluster.JOB_MANAGER))
                    .map(server -> server.address().replaceFirst("^https?://", ""))
                    .findFirst())
        .orElseThrow(
            () ->
                new FlinkClientException(
                    "no Flink cluster. Set --flinkMaster=HOST:PORT, or start a local cluster with"
                        + " `scripts/millrace up --flink`"));
  }

  /** The value of the flag {@code --name=}; an empty string if the flag has no value. */
  static Optional<String> value(List<String> flags, String prefix) {
    return flags.stream()
        .filter(flag -> (flag + "=").startsWith(prefix))
        .map(flag -> flag.substring(Math.min(flag.length(), prefix.length())))
        .findFirst();
  }

  /** The flags without those of the given names. */
  static List<String> without(List<String> flags, List<String> prefixes) {
    return flags.stream()
        .filter(flag -> prefixes.stream().noneMatch(prefix -> (flag + "=").startsWith(prefix)))
        .toList();
  }

  /** The flags, with the given ones replacing those of the same name. */
  static List<String> replaced(List<String> flags, List<String> by) {
    List<String> names =
        by.stream().map(flag -> flag.replaceFirst("=.*", "") + "=").distinct().toList();
    List<String> all = new ArrayList<>(without(flags, names));
    all.addAll(by);
    return all;
  }

  FlinkRest cluster() {
    return FlinkRest.at("http://" + master);
  }

  FlinkJob job() {
    return cluster().job(id);
  }

  /** The job's id, name and cluster. */
  JsonObject toJson() {
    return JsonObject.object()
        .put("job", id)
        .put("name", name())
        .put("cluster", "http://" + master);
  }

  /** What a command prints when the job runs. */
  String started(boolean json) {
    return json ? toJson().text() : "job " + id + " (" + name() + ") runs at http://" + master;
  }

  /** Copies the submitted jar and the contracts. */
  void keep(Path jar) {
    try {
      Files.createDirectories(keptJar().getParent());
      Files.copy(jar, keptJar(), StandardCopyOption.REPLACE_EXISTING);
      List<String> contracts = contracts();
      for (int i = 0; i < contracts.size(); i++) {
        if (!contracts.get(i).contains("://")) {
          Files.copy(
              Path.of(contracts.get(i)), keptContract(i), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    } catch (IOException e) {
      throw new FlinkClientException(
          "cannot copy the job's jar and contract to "
              + keptJar().getParent()
              + ": "
              + e.getMessage(),
          e);
    }
  }

  /** Takes over the copies of the job that this one restarts. */
  void takeCopiesOf(SubmittedJob other) {
    try {
      if (Files.isDirectory(other.keptJar().getParent())) {
        Files.move(other.keptJar().getParent(), keptJar().getParent());
      }
    } catch (IOException e) {
      throw new FlinkClientException(
          "cannot write to " + keptJar().getParent() + ": " + e.getMessage(), e);
    }
  }

  /** The jar it was submitted with; without a copy, the currently built one. */
  Path jar() {
    return Files.isRegularFile(keptJar()) ? keptJar() : FlinkJobJar.find(MillraceHome.root());
  }

  /** The flags, with the copy of the contract it was submitted with. */
  List<String> originalFlags() {
    List<String> contracts = new ArrayList<>(contracts());
    for (int i = 0; i < contracts.size(); i++) {
      if (Files.isRegularFile(keptContract(i))) {
        contracts.set(i, keptContract(i).toString());
      }
    }
    return contracts.isEmpty()
        ? flags
        : replaced(flags, List.of(CONTRACT_FLAG + String.join(",", contracts)));
  }

  /** The files of the contracts, in order. */
  private List<String> contracts() {
    return flags.stream()
        .filter(flag -> flag.startsWith(CONTRACT_FLAG))
        .flatMap(flag -> Stream.of(flag.substring(CONTRACT_FLAG.length()).split(",", -1)))
        .toList();
  }
}
