package io.millrace.flink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.local.FlinkJob;
import io.millrace.local.FlinkRest;
import io.millrace.local.Home;
import io.millrace.local.LocalFlinkCluster;
import io.millrace.local.LocalStack;
import io.millrace.local.LocalStackException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The job that was submitted last from this checkout, remembered so that a savepoint or an upgrade
 * need not be told which, and with what flags. Flags hold references to secrets, never secrets.
 *
 * @param master {@code host:port} of the cluster's REST interface
 * @param id Flink's
 * @param flags all that it was submitted with but the savepoint it began from
 */
record SubmittedJob(String master, String id, List<String> flags) {
  private static final String MASTER_FLAG = "--flinkMaster=";

  SubmittedJob {
    flags = List.copyOf(flags);
  }

  private static Path file() {
    return Home.data().resolve("flink-job.json");
  }

  /**
   * The cluster that flags name, or else that of the local stack.
   *
   * @throws LocalStackException if neither is there
   */
  static String master(List<String> flags) {
    return value(flags, MASTER_FLAG)
        .or(
            () ->
                LocalStack.readState(Home.data()).stream()
                    .flatMap(state -> state.servers().stream())
                    .filter(server -> server.name().equals(LocalFlinkCluster.JOB_MANAGER))
                    .map(server -> server.address().replaceFirst("^https?://", ""))
                    .findFirst())
        .orElseThrow(
            () ->
                new LocalStackException(
                    "no Flink cluster: give --flinkMaster=host:port, or start one on this computer"
                        + " with `scripts/millrace up --flink`"));
  }

  static Optional<String> value(List<String> flags, String prefix) {
    return flags.stream()
        .filter(flag -> flag.startsWith(prefix))
        .map(flag -> flag.substring(prefix.length()))
        .findFirst();
  }

  /** Flags with others in place of those of the same name. */
  static List<String> replaced(List<String> flags, List<String> by) {
    List<String> all = new ArrayList<>(flags);
    for (String flag : by) {
      int value = flag.indexOf('=');
      String name = value < 0 ? flag : flag.substring(0, value + 1);
      all.removeIf(other -> other.startsWith(name));
    }
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
    try {
      Files.createDirectories(Home.data());
      Files.writeString(
          file(), mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n");
    } catch (IOException e) {
      throw new LocalStackException("cannot write " + file() + ": " + e.getMessage(), e);
    }
  }

  /**
   * The one that was submitted last.
   *
   * @throws LocalStackException if none is known
   */
  static SubmittedJob last() {
    if (!Files.exists(file())) {
      throw new LocalStackException(
          "no job was submitted from here: `scripts/millrace submit-flink` submits one");
    }
    try {
      JsonNode root = new ObjectMapper().readTree(Files.readString(file()));
      List<String> flags = new ArrayList<>();
      root.path("flags").forEach(flag -> flags.add(flag.asText()));
      return new SubmittedJob(root.path("master").asText(), root.path("job").asText(), flags);
    } catch (JsonProcessingException e) {
      throw new LocalStackException(file() + " is damaged: delete it and submit again", e);
    } catch (IOException e) {
      throw new LocalStackException("cannot read " + file() + ": " + e.getMessage(), e);
    }
  }
}
