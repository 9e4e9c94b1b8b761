package io.millrace.local.flink;

import io.millrace.local.process.LocalFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The files of a Flink cluster in the stack's data directory.
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

  /** The JobManager's recovery data for high availability. */
  Path recovery() {
    return home().resolve("ha");
  }

  /** Uploaded jars. */
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

  /** A process's temporary files. */
  Path temporary(String process) {
    return home().resolve("tmp").resolve(process);
  }

  Path log(String process) {
    return stack.resolve("logs").resolve(process + ".log");
  }

  /** Writes a process's configuration and deletes its temporary files. */
  void prepare(String process, Map<String, String> settings) {
    Path file = configuration(process).resolve("config.yaml");
    String yaml =
        settings.entrySet().stream()
            .map(entry -> entry.getKey() + ": '" + entry.getValue().replace("'", "''") + "'\n")
            .collect(Collectors.joining());
    LocalFiles.writing(
        file,
        () -> {
          for (Path directory : new Path[] {checkpoints(), savepoints(), uploads()}) {
            Files.createDirectories(directory);
          }
          Files.writeString(file, yaml);
          // A killed process leaves local state and Flink's jars there.
          LocalFiles.deleteTree(temporary(process));
          Files.createDirectories(temporary(process));
        });
  }
}
