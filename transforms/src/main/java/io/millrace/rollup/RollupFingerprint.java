package io.millrace.rollup;

import io.millrace.contract.Condition;
import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.Measure;
import io.millrace.contract.Rollup;
import io.millrace.expression.Expressions;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Marks the state of a roll-up with a hash of its conditions, groups and measures. A job may resume
 * from a savepoint with another contract. Accumulators of another computation must not be merged,
 * and some would merge without an error.
 *
 * <p>Savepoints hold fingerprints: the hash must not change.
 */
public final class RollupFingerprint {
  /** The length of a fingerprint. */
  static final int BYTES = Integer.BYTES;

  private RollupFingerprint() {}

  /** The fingerprint of a roll-up. It does not depend on the names of the columns. */
  static int of(Contract contract, Rollup rollup) {
    return text(contract, rollup).hashCode();
  }

  /** The text that is hashed: groups, conditions and measures, without the names of the columns. */
  public static String text(Contract contract, Rollup rollup) {
    String groups =
        rollup.groupBy().stream().map(RollupFingerprint::text).collect(Collectors.joining(","));
    String measures =
        rollup.measures().stream()
            .map(measure -> measure.kind().contractName() + "(" + text(contract, measure) + ")")
            .collect(Collectors.joining(","));
    return "by " + groups + " where " + text(contract, rollup.where()) + " get " + measures;
  }

  private static String text(Contract contract, Measure measure) {
    String condition =
        measure.condition() == null ? "" : text(contract, List.of(measure.condition()));
    return (measure.field() == null ? "" : text(measure.field())) + " " + condition;
  }

  private static String text(FieldDefinition field) {
    return field.name() + ":" + field.type() + ":" + field.precision() + ":" + field.scale();
  }

  private static String text(Contract contract, List<Condition> conditions) {
    return conditions.stream()
        .map(
            condition ->
                condition.field()
                    + " "
                    + condition.test()
                    + " "
                    + (condition.expression() == null
                        ? condition.values()
                        : text(contract, condition.expression())))
        .collect(Collectors.joining(" and "));
  }

  /** An expression, and the types of the fields that it reads: they decide what it means. */
  private static String text(Contract contract, String expression) {
    return new Expressions(contract.fields())
        .fieldsOf(expression).stream()
            .map(RollupFingerprint::deepText)
            .collect(Collectors.joining(",", expression + " of ", ""));
  }

  private static String deepText(FieldDefinition field) {
    FieldDefinition items = field.items();
    return text(field)
        + (items == null ? "" : "<" + deepText(items) + ">")
        + (field.fields().isEmpty()
            ? ""
            : field.fields().stream()
                .map(RollupFingerprint::deepText)
                .collect(Collectors.joining(",", "{", "}")));
  }

  /**
   * Checks the fingerprint at the front of some state.
   *
   * @return the bytes after the fingerprint
   * @throws IllegalStateException if the roll-up computed something else when it wrote the state
   */
  static byte[] check(CompiledRollup rollup, ByteBuffer state) {
    if (state.getInt() != rollup.fingerprint()) {
      throw new IllegalStateException(
          "The measures, group_by or where of roll-up `"
              + rollup.table()
              + "` have changed since its windows were stored. Rename the changed roll-up, or resume"
              + " with the previous contract.");
    }
    byte[] rest = new byte[state.remaining()];
    state.get(rest);
    return rest;
  }
}
