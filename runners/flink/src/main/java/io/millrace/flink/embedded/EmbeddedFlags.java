package io.millrace.flink.embedded;

import io.millrace.io.flags.RunnerProfile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Flags of a run with {@code --state}: those of Flink, with the defaults of {@link
 * io.millrace.flink.FlinkDefaults}, without those that concern a cluster.
 */
final class EmbeddedFlags {
  /** Values of {@code --stateBackend}. */
  static final String HEAP = "filesystem";

  static final String ROCKS_DB = "rocksdb";

  /** The network memory of Flink grows with the square of the parallelism. */
  private static final int MOST_BY_DEFAULT = 32;

  private static final List<String> FILES = List.of("file://", "archive+");

  /** Flags that a run sets itself, and why. */
  private static final Map<String, String> OWN =
      new TreeMap<>(
          Map.of(
              "flinkMaster", "--state runs Flink in this process",
              "savepointPath", "--state finds the last savepoint or checkpoint itself",
              "stateBackendStoragePath", "--state is the directory for checkpoints",
              "attachedMode", "--state runs Flink in this process",
              "numberOfExecutionRetries",
                  "the run ends when it fails, and the next one continues; let systemd or Docker"
                      + " start it again",
              "externalizedCheckpointsEnabled", "--state needs the checkpoints",
              "retainExternalizedCheckpointsOnCancellation", "--state needs the checkpoints"));

  private EmbeddedFlags() {}

  /** The problems of flags that do not go together with {@code --state}, one line each. */
  static List<String> problems(List<String> flags) {
    List<String> problems = new ArrayList<>();
    OWN.forEach(
        (name, reason) -> {
          if (flags.stream().anyMatch(flag -> (flag + "=").startsWith("--" + name + "="))) {
            problems.add("--" + name + ": " + reason + "; remove the flag");
          }
        });
    if (flags.stream()
        .anyMatch(flag -> FILES.stream().anyMatch(url -> flag.startsWith("--input=" + url)))) {
      problems.add(
          "--state: a run over files ends by itself and has nothing to continue; remove --state");
    }
    return problems;
  }

  /**
   * Adds the missing defaults.
   *
   * @param state the directory
   */
  static List<String> addTo(List<String> flags, Path state) {
    int cores = Runtime.getRuntime().availableProcessors();
    return RunnerProfile.FLINK.withDefaults(
        flags,
        List.of(
            "--attachedMode=false",
            "--numberOfExecutionRetries=0",
            "--parallelism=" + Math.min(cores, MOST_BY_DEFAULT),
            "--stateBackendStoragePath=" + state.toUri()));
  }
}
