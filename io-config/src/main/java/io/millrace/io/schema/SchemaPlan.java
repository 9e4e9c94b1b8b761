package io.millrace.io.schema;

import io.millrace.io.SinkMigration;
import io.millrace.io.schema.Difference.Effect;
import io.millrace.io.schema.Remedy.Change;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The changes that make a sink's tables fit a contract.
 *
 * @param steps in the order in which they are made
 * @param refused one line for each difference for which no change is safe
 */
public record SchemaPlan(List<Step> steps, List<String> refused) {
  /**
   * One change.
   *
   * @param change for people
   * @param action makes it; null: executing the statement does
   */
  record Step(SinkMigration.Change change, Remedy.@Nullable Action action) {}

  /** All safe changes, but none of a table that also has a difference without a safe change. */
  public static SchemaPlan of(List<Difference> differences) {
    Set<String> untouched =
        differences.stream()
            .filter(Difference::refused)
            .map(Difference::table)
            .collect(Collectors.toSet());
    return new SchemaPlan(
        steps(differences, difference -> !untouched.contains(difference.table())),
        differences.stream()
            .filter(Difference::refused)
            .map(difference -> difference.line() + "; nothing of this table is changed")
            .toList());
  }

  static List<Step> creations(List<Difference> differences) {
    return steps(differences, difference -> difference.effect() == Effect.MISSING);
  }

  private static List<Step> steps(List<Difference> differences, Predicate<Difference> which) {
    return differences.stream()
        .filter(which.and(difference -> difference.remedy() instanceof Change))
        .map(
            difference -> {
              Change change = (Change) difference.remedy();
              return new Step(
                  new SinkMigration.Change(difference.where(), change.result(), change.statement()),
                  change.action());
            })
        .toList();
  }

  public SinkMigration migration() {
    return new SinkMigration(steps.stream().map(Step::change).toList(), refused);
  }
}
