package io.millrace.io.schema;

import io.millrace.io.SinkException;
import io.millrace.io.SinkMigration;
import io.millrace.io.schema.Difference.Effect;
import io.millrace.io.schema.Remedy.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * Checks a sink's tables before anything is written to them, creates and changes them. Used for one
 * operation.
 */
public record SchemaPreflight(SchemaDialect dialect) {
  /** One line for each problem that keeps a run from starting; changes nothing. */
  public List<String> problems() {
    try {
      reject(dialect.impossible());
      return connected(false, () -> problems(dialect.differences()));
    } catch (SinkException e) {
      return e.problems();
    }
  }

  /** One line for each difference with which a run can start; changes nothing. */
  public List<String> notes() {
    try {
      return connected(false, () -> lines(dialect.differences(), Effect.NOTE));
    } catch (SinkException e) {
      // The problems name it.
      return List.of();
    }
  }

  /**
   * Creates what is missing.
   *
   * @throws SinkException with the problems if there are any; nothing is created then
   */
  public void createMissing() {
    reject(dialect.impossible());
    connected(
        false,
        () -> {
          List<Difference> differences = dialect.differences();
          reject(problems(differences));
          for (Difference step : SchemaPlan.creations(differences)) {
            make(step);
          }
          return differences;
        });
  }

  /**
   * Makes every safe change.
   *
   * @param dryRun whether to make none
   * @param progress receives each change before it is made, or would be
   * @return the changes, and the differences for which no change is safe
   * @throws SinkException if the system cannot be reached or a change fails
   */
  public SinkMigration migrate(boolean dryRun, Consumer<SinkMigration.Change> progress) {
    reject(dialect.impossible());
    return connected(
        true,
        () -> {
          SchemaPlan plan = SchemaPlan.of(dialect.differences());
          for (Difference step : plan.steps()) {
            progress.accept(step.forPeople());
            if (!dryRun) {
              makeOrExplain(step);
            }
          }
          if (!dryRun) {
            reject(unchanged(plan));
          }
          return plan.migration();
        });
  }

  private <T> T connected(boolean forChanges, Callable<T> operation) {
    try (dialect) {
      dialect.open(forChanges);
      return operation.call();
    } catch (SinkException e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SinkException(List.of(dialect.where() + ": interrupted"));
    } catch (Exception e) {
      throw new SinkException(List.of(dialect.where() + ": " + dialect.explain(e)));
    }
  }

  private static void reject(List<String> problems) {
    if (!problems.isEmpty()) {
      throw new SinkException(problems);
    }
  }

  private List<String> problems(List<Difference> differences) throws Exception {
    List<String> problems = new ArrayList<>(lines(differences, Effect.BLOCKS));
    problems.addAll(dialect.problems());
    return problems;
  }

  private static List<String> lines(List<Difference> differences, Effect effect) {
    return differences.stream().filter(d -> d.effect() == effect).map(Difference::line).toList();
  }

  private void make(Difference step) throws Exception {
    Change change = (Change) step.remedy();
    if (change.action() == null) {
      dialect.execute(change.statement());
    } else {
      change.action().apply();
    }
  }

  private void makeOrExplain(Difference step) throws InterruptedException {
    try {
      make(step);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new SinkException(
          List.of(
              ("%s: the change failed: %s; fix the cause and migrate again: completed"
                      + " changes remain")
                  .formatted(step.where(), dialect.explain(e))));
    }
  }

  /** The places that still differ although their change has been made; there should be none. */
  private List<String> unchanged(SchemaPlan made) throws Exception {
    List<String> places = made.steps().stream().map(Difference::where).toList();
    return SchemaPlan.of(dialect.differences()).steps().stream()
        .map(Difference::where)
        .filter(places::contains)
        .map(where -> where + ": still differs after the change; migrate again")
        .toList();
  }
}
