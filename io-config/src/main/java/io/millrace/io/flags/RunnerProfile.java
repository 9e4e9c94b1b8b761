package io.millrace.io.flags;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * Capabilities of a runner that flags and sources depend on. Identified by the class's simple name,
 * because loading the class takes seconds.
 */
public enum RunnerProfile {
  /** One process on this machine. */
  DIRECT("DirectRunner", true, true, false, false),
  /** A cluster that keeps the source's partitions in its savepoints. */
  FLINK("FlinkRunner", true, true, true, true),
  /** Google's service: its workers lack this machine's files and environment. */
  DATAFLOW("DataflowRunner", false, false, false, false),
  /** Any other runner. */
  OTHER("", false, true, false, false);

  private final String className;
  private final boolean finishesPages;
  private final boolean sharesFiles;
  private final boolean savesPartitions;
  private final boolean handsElementsOver;

  RunnerProfile(
      String className,
      boolean finishesPages,
      boolean sharesFiles,
      boolean savesPartitions,
      boolean handsElementsOver) {
    this.className = className;
    this.finishesPages = finishesPages;
    this.sharesFiles = sharesFiles;
    this.savesPartitions = savesPartitions;
    this.handsElementsOver = handsElementsOver;
  }

  public static RunnerProfile of(PipelineOptions options) {
    return of(options.getRunner().getSimpleName());
  }

  public static RunnerProfile of(String className) {
    return Arrays.stream(values())
        .filter(profile -> profile.className.equals(className))
        .findFirst()
        .orElse(OTHER);
  }

  /**
   * Adds the runner's flag and defaults to flags that do not set them. Flags for another runner are
   * returned as they are.
   *
   * @param args command-line flags, each as {@code --name=value}
   * @param defaults likewise
   */
  public List<String> withDefaults(List<String> args, List<String> defaults) {
    List<String> flags = new ArrayList<>(args);
    String runner = "--runner=" + className;
    if (!flags.contains(runner) && isSet(flags, runner)) {
      return flags;
    }
    List<String> all = new ArrayList<>(List.of(runner));
    all.addAll(defaults);
    for (String preset : all) {
      if (!isSet(flags, preset)) {
        flags.add(preset);
      }
    }
    return flags;
  }

  private static boolean isSet(List<String> flags, String preset) {
    String name = preset.substring(0, preset.indexOf('=') + 1);
    return flags.stream().anyMatch(flag -> flag.startsWith(name));
  }

  String className() {
    return className;
  }

  /** Whether the runner always reads a page of records to its end. */
  public boolean finishesPages() {
    return finishesPages;
  }

  /** Whether Kafka is read by Millrace's own reader unless a flag says otherwise. */
  public boolean readsKafkaItself() {
    return finishesPages;
  }

  /** Whether workers can have the files and environment variables named in flags. */
  public boolean sharesFiles() {
    return sharesFiles;
  }

  /**
   * Whether an element goes to the next step only, as it is or as a copy of the runner's own, and
   * nobody looks at it afterwards: then the step may use its memory for something else. Other
   * runners may keep elements, to check or to sample them.
   */
  public boolean handsElementsOver() {
    return handsElementsOver;
  }

  /** Whether savepoints contain the source's partitions, so that they must be known at launch. */
  public boolean savesPartitions() {
    return savesPartitions;
  }
}
