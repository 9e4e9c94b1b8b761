package io.millrace.io.schema;

import io.millrace.io.SinkMigration;
import io.millrace.io.schema.Difference.Effect;
import io.millrace.io.schema.Remedy.Change;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The changes that make a sink's tables fit a contract.
 *
 * @param steps the differences with a {@link Change}, in the order in which they are made
 * @param refused one line for each difference for which no change is safe
 */
public record SchemaPlan(List<Difference> steps, List<String> refused) {
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

  static List<Difference> creations(List<Difference> differences) {
    return steps(differences, difference -> difference.effect() == Effect.MISSING);
  }

  private static List<Difference> steps(List<Difference> differences, Predicate<Difference> which) {
    return differences.stream()
        .filter(which.and(difference -> difference.remedy() instanceof Change))
        .toList();
  }

  public SinkMigration migration() {
    return new SinkMigration(steps.stream().map(Difference::forPeople).toList(), refused);
  }
}
