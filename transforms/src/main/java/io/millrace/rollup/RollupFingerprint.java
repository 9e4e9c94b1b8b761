package io.millrace.rollup;

import io.millrace.contract.Condition;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.Measure;
import io.millrace.contract.Rollup;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Marks what is kept in state with how it was computed: of which events, by which groups, which
 * figures. State outlives a job that goes on from a savepoint with another contract, and figures of
 * another computation cannot be gone on with: some would not even be noticed.
 *
 * <p>The mark is kept in savepoints: what makes it must stay.
 */
public final class RollupFingerprint {
  /** Length of a mark. */
  static final int BYTES = Integer.BYTES;

  private RollupFingerprint() {}

  /** The mark of a rollup: equal for two that compute the same, whatever their columns' names. */
  static int of(Rollup rollup) {
    return text(rollup).hashCode();
  }

  /** What the mark is made of: groups, conditions and measures, without their columns' names. */
  public static String text(Rollup rollup) {
    String groups =
        rollup.groupBy().stream().map(RollupFingerprint::text).collect(Collectors.joining(","));
    String measures =
        rollup.measures().stream()
            .map(measure -> measure.kind().contractName() + "(" + text(measure) + ")")
            .collect(Collectors.joining(","));
    return "by " + groups + " where " + text(rollup.where()) + " get " + measures;
  }

  private static String text(Measure measure) {
    String condition = measure.condition() == null ? "" : text(List.of(measure.condition()));
    return (measure.field() == null ? "" : text(measure.field())) + " " + condition;
  }

  private static String text(FieldDefinition field) {
    return field.name() + ":" + field.type() + ":" + field.precision() + ":" + field.scale();
  }

  private static String text(List<Condition> conditions) {
    return conditions.stream()
        .map(condition -> condition.field() + " " + condition.test() + " " + condition.values())
        .collect(Collectors.joining(" and "));
  }

  /**
   * Checks the mark of what was kept.
   *
   * @param kept where the mark is next
   * @throws IllegalStateException if it was computed otherwise, with what to do
   */
  static void check(CompiledRollup rollup, ByteBuffer kept) {
    if (kept.getInt() != rollup.computation()) {
      throw new IllegalStateException(
          "rollup `"
              + rollup.table()
              + "` has state of windows that were computed otherwise: its measures, group_by or where"
              + " have changed. Give what has changed another name, or go on with the contract of"
              + " before");
    }
  }
}
