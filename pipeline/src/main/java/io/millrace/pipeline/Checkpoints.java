package io.millrace.pipeline;

import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Checkpoints of a run since its start.
 *
 * @param taken whether the run takes checkpoints
 * @param completed how many have completed
 * @param failed how many have failed
 * @param latest the last completed one; null before the first
 */
public record Checkpoints(boolean taken, long completed, long failed, @Nullable Latest latest) {
  /** A run that takes none. */
  public static final Checkpoints NONE = new Checkpoints(false, 0, 0, null);

  /**
   * A completed checkpoint.
   *
   * @param completedMillis when it completed, milliseconds since the epoch
   * @param durationMillis from its trigger to its completion
   * @param stateBytes the size of the whole state in it
   */
  public record Latest(long completedMillis, long durationMillis, long stateBytes) {}
}
