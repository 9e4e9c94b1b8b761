package io.millrace.cli.flink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.flink.client.FlinkClientException;
import io.millrace.flink.client.FlinkJob;
import io.millrace.flink.client.FlinkJobJar;
import io.millrace.flink.client.FlinkRest;
import io.millrace.local.LocalStack;
import io.millrace.local.flink.LocalFlinkCluster;
import io.millrace.local.process.MillraceHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The job that was submitted last from this checkout, remembered so that a savepoint or an upgrade
 * need not be told which, and with what flags. Flags hold references to secrets, never secrets.
 *
 * <p>Beside it a copy is kept of the jar and of the contract that it was submitted with: what an
 * upgrade goes back to if the new job does not start.
 *
 * @param master {@code host:port} of the cluster's REST interface
 * @param id Flink's
 * @param flags all that it was submitted with but the savepoint it began from
 * @param settings what its state depends on, as JSON; empty if an earlier build submitted it
 * @param steps the names by which its steps find their state
 */
record SubmittedJob(
    String master, String id, List<String> flags, String settings, List<String> steps) {
  private static final String MASTER_FLAG = "--flinkMaster=";
  private static final String CONTRACT_FLAG = "--contract=";

  SubmittedJob {
    flags = List.copyOf(flags);
    steps = List.copyOf(steps);
  }

  private static Path file() {
    return MillraceHome.data().resolve("flink-job.json");
  }

  private static Path copies() {
    return MillraceHome.data().resolve("flink-jobs");
  }

  private Path keptJar() {
    return copies().resolve(id).resolve("millrace-flink-job.jar");
  }

  private Path keptContract() {
    return copies().resolve(id).resolve("contract.yaml");
  }

  /**
   * The cluster that flags name, or else that of the local stack.
   *
   * @throws FlinkClientException if neither is there
   */
  static String master(List<String> flags) {
    return value(flags, MASTER_FLAG)
        .or(
            () ->
                LocalStack.readState(MillraceHome.data()).stream()
                    .flatMap(state -> state.servers().stream())
                    .filter(server -> server.name().equals(LocalFlinkCluster.JOB_MANAGER))
                    .map(server -> server.address().replaceFirst("^https?://", ""))
                    .findFirst())
        .orElseThrow(
            () ->
                new FlinkClientException(
                    "no Flink cluster: give --flinkMaster=host:port, or start one on this computer"
                        + " with `scripts/millrace up --flink`"));
  }

  /** The value of a flag, named as {@code --name=}; empty text if it is given without one. */
  static Optional<String> value(List<String> flags, String prefix) {
    return flags.stream()
        .filter(flag -> (flag + "=").startsWith(prefix))
        .map(flag -> flag.substring(Math.min(flag.length(), prefix.length())))
        .findFirst();
  }

  /** Flags without those of some names. */
  static List<String> without(List<String> flags, List<String> prefixes) {
    return flags.stream()
        .filter(flag -> prefixes.stream().noneMatch(prefix -> (flag + "=").startsWith(prefix)))
        .toList();
  }

  /** Flags with others in place of those of the same name. */
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

  void remember() {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode().put("master", master).put("job", id);
    flags.forEach(root.putArray("flags")::add);
    root.put("settings", settings);
    steps.forEach(root.putArray("steps")::add);
    try {
      Files.createDirectories(MillraceHome.data());
      Files.writeString(
          file(), mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n");
    } catch (IOException e) {
      throw new FlinkClientException("cannot write " + file() + ": " + e.getMessage(), e);
    }
  }

  /**
   * Keeps copies of the jar and of the contract.
   *
   * @param jar what was submitted
   */
  void keep(Path jar) {
    try {
      Files.createDirectories(keptJar().getParent());
      Files.copy(jar, keptJar(), StandardCopyOption.REPLACE_EXISTING);
      Optional<Path> contract =
          value(flags, CONTRACT_FLAG).filter(f -> !f.contains("://")).map(Path::of);
      if (contract.isPresent()) {
        Files.copy(contract.get(), keptContract(), StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new FlinkClientException(
          "cannot keep a copy of the job in " + copies() + ": " + e.getMessage(), e);
    }
  }

  /** Takes over what was kept of a job that this one is again. */
  void takeCopiesOf(SubmittedJob other) {
    try {
      if (Files.isDirectory(other.keptJar().getParent())) {
        Files.move(other.keptJar().getParent(), keptJar().getParent());
      }
    } catch (IOException e) {
      throw new FlinkClientException("cannot write to " + copies() + ": " + e.getMessage(), e);
    }
  }

  /** Deletes the copies that were kept of other jobs. */
  void forgetOthers() {
    if (!Files.isDirectory(copies())) {
      return;
    }
    try (Stream<Path> all = Files.walk(copies())) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        if (!path.equals(copies()) && !path.startsWith(copies().resolve(id))) {
          Files.delete(path);
        }
      }
    } catch (IOException e) {
      throw new FlinkClientException("cannot delete from " + copies() + ": " + e.getMessage(), e);
    }
  }

  /** The jar that it was submitted with; the one that is built now if no copy is there. */
  Path jar() {
    return Files.isRegularFile(keptJar()) ? keptJar() : FlinkJobJar.find(MillraceHome.root());
  }

  /** Its flags, with the contract as it was when it was submitted. */
  List<String> flagsOfThen() {
    return Files.isRegularFile(keptContract())
        ? replaced(flags, List.of(CONTRACT_FLAG + keptContract()))
        : flags;
  }

  /**
   * The one that was submitted last.
   *
   * @throws FlinkClientException if none is known
   */
  static SubmittedJob last() {
    if (!Files.exists(file())) {
      throw new FlinkClientException(
          "no job was submitted from here: `scripts/millrace submit-flink` submits one");
    }
    try {
      JsonNode root = new ObjectMapper().readTree(Files.readString(file()));
      List<String> flags = new ArrayList<>();
      root.path("flags").forEach(flag -> flags.add(flag.asText()));
      List<String> steps = new ArrayList<>();
      root.path("steps").forEach(step -> steps.add(step.asText()));
      return new SubmittedJob(
          root.path("master").asText(),
          root.path("job").asText(),
          flags,
          root.path("settings").asText(),
          steps);
    } catch (JsonProcessingException e) {
      throw new FlinkClientException(file() + " is damaged: delete it and submit again", e);
    } catch (IOException e) {
      throw new FlinkClientException("cannot read " + file() + ": " + e.getMessage(), e);
    }
  }
}
