package io.millrace.local.flink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.millrace.local.process.LocalFiles;
import io.millrace.local.process.LocalStackException;
import io.millrace.local.process.StackProcesses;
import java.nio.file.Files;
import java.nio.file.Path;
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
  private static final ObjectMapper JSON =
      new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);

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
      return Optional.of(JSON.readValue(LocalFiles.read(file), FlinkLayout.class));
    } catch (JsonProcessingException e) {
      throw new LocalStackException(
          file + " is corrupt. Run `scripts/millrace down`, then delete it", e);
    }
  }

  void write(Path stack) {
    LocalFiles.write(file(stack), JSON.valueToTree(this) + "\n");
  }
}
