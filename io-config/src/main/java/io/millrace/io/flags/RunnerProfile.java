package io.millrace.io.flags;

import org.apache.beam.sdk.options.PipelineOptions;

/**
 * What a runner can do, as far as flags and sources depend on it. Only the simple name of the
 * runner's class is looked at: the class itself takes seconds to load.
 */
public enum RunnerProfile {
  /** One process on this machine. */
  DIRECT("DirectRunner", true, true, false),
  /** A cluster that keeps the source's partitions in its savepoints. */
  FLINK("FlinkRunner", true, true, true),
  /** Google's service: its workers have neither files nor environment of this machine. */
  DATAFLOW("DataflowRunner", false, false, false),
  /** Any other runner. */
  OTHER("", false, true, false);

  private final String className;
  private final boolean finishesPages;
  private final boolean sharesFiles;
  private final boolean savesPartitions;

  RunnerProfile(
      String className, boolean finishesPages, boolean sharesFiles, boolean savesPartitions) {
    this.className = className;
    this.finishesPages = finishesPages;
    this.sharesFiles = sharesFiles;
    this.savesPartitions = savesPartitions;
  }

  /** The profile of the runner that the options name. */
  public static RunnerProfile of(PipelineOptions options) {
    return of(options.getRunner().getSimpleName());
  }

  /** The profile of a runner's class by its simple name. */
  public static RunnerProfile of(String className) {
    for (RunnerProfile profile : values()) {
      if (profile.className.equals(className)) {
        return profile;
      }
    }
    return OTHER;
  }

  /** The simple name of the runner's class. */
  public String className() {
    return className;
  }

  /** Whether the runner never stops reading in the middle of a page of records. */
  public boolean finishesPages() {
    return finishesPages;
  }

  /** Whether workers can have the files and the environment that the flags refer to. */
  public boolean sharesFiles() {
    return sharesFiles;
  }

  /** Whether savepoints hold the source's partitions, so that they must be known at launch. */
  public boolean savesPartitions() {
    return savesPartitions;
  }
}
