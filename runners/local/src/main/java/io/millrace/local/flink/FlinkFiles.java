package io.millrace.local.flink;

import io.millrace.local.process.ChildProcess;
import io.millrace.local.process.LocalStackException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where a Flink cluster keeps what, all under the data directory of the stack.
 *
 * @param stack the data directory
 */
record FlinkFiles(Path stack) {
  Path home() {
    return stack.resolve("flink");
  }

  Path checkpoints() {
    return home().resolve("checkpoints");
  }

  Path savepoints() {
    return home().resolve("savepoints");
  }

  /** What a JobManager finds again after its end, if there is high availability. */
  Path recovery() {
    return home().resolve("ha");
  }

  /** Jars that were uploaded. */
  Path uploads() {
    return home().resolve("uploads");
  }

  Path zooKeeper() {
    return home().resolve("zookeeper");
  }

  /** The directory of one process's configuration. */
  Path configuration(String process) {
    return home().resolve("conf").resolve(process);
  }

  /** Nothing in it outlives a process. */
  Path temporary(String process) {
    return home().resolve("tmp").resolve(process);
  }

  Path log(String process) {
    return stack.resolve("logs").resolve(process + ".log");
  }

  /** Writes a process's configuration and empties its directory of temporary files. */
  void prepare(String process, Map<String, String> settings) {
    Path file = configuration(process).resolve("config.yaml");
    String yaml =
        settings.entrySet().stream()
            .map(entry -> entry.getKey() + ": '" + entry.getValue().replace("'", "''") + "'\n")
            .collect(Collectors.joining());
    try {
      for (Path directory : new Path[] {checkpoints(), savepoints(), uploads(), file.getParent()}) {
        Files.createDirectories(directory);
      }
      Files.writeString(file, yaml);
      // A process that was killed leaves local state there, and Flink's own jars.
      ChildProcess.deleteTree(temporary(process));
      Files.createDirectories(temporary(process));
    } catch (IOException e) {
      throw new LocalStackException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }
}
