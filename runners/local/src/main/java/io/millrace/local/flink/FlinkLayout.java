package io.millrace.local.flink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.local.process.LocalFiles;
import io.millrace.local.process.LocalStackException;
import io.millrace.local.process.StackProcesses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The settings shared by a cluster's processes, in the stack's {@code flink/cluster.json}. A later
 * program uses them to restart missing processes.
 *
 * @param ports in the order in which {@link FlinkProcesses} assigns them
 * @param generation number of programs that started processes of this cluster before
 */
record FlinkLayout(
    int restPort,
    List<Integer> ports,
    int taskManagers,
    int slots,
    boolean highAvailability,
    int generation) {

  FlinkLayout {
    ports = List.copyOf(ports);
  }

  private static Path file(Path stack) {
    return new FlinkFiles(stack).home().resolve("cluster.json");
  }

  /** The layout of a cluster with a running process. */
  static Optional<FlinkLayout> ofRunning(Path stack) {
    boolean runs =
        StackProcesses.all(stack).keySet().stream().anyMatch(LocalFlinkCluster::isNameOfOne);
    Path file = file(stack);
    if (!runs || !Files.exists(file)) {
      return Optional.empty();
    }
    try {
      JsonNode root = new ObjectMapper().readTree(Files.readString(file));
      List<Integer> ports = new ArrayList<>();
      root.path("ports").forEach(port -> ports.add(port.asInt()));
      return Optional.of(
          new FlinkLayout(
              root.path("rest_port").asInt(),
              ports,
              root.path("task_managers").asInt(),
              root.path("slots").asInt(),
              root.path("high_availability").asBoolean(),
              root.path("generation").asInt() + 1));
    } catch (JsonProcessingException e) {
      throw new LocalStackException(
          file + " is corrupt. Run `scripts/millrace down`, then delete it", e);
    } catch (IOException e) {
      throw new LocalStackException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  void write(Path stack) {
    ObjectNode root =
        new ObjectMapper()
            .createObjectNode()
            .put("rest_port", restPort)
            .put("task_managers", taskManagers)
            .put("slots", slots)
            .put("high_availability", highAvailability)
            .put("generation", generation);
    ports.forEach(root.putArray("ports")::add);
    LocalFiles.write(file(stack), root + "\n");
  }
}
