package io.millrace.resilience.harness;

import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.bench.harness.Figures;
import io.millrace.cli.support.TextLines;
import io.millrace.event.Outcome;
import io.millrace.pipeline.ExitCodes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * Cases that a pipeline must survive without loss, run one after another on the same servers.
 * Prints each result as a row of a table, or all results as one JSON object.
 *
 * @param kind the noun for a case: {@code fault}, {@code scenario}
 * @param cases in the order in which they run
 */
public record CaseRuns<C extends CaseRuns.Case>(String kind, List<C> cases) {

  /** A case. */
  public interface Case {
    /** The name in flags and tables. */
    String name();

    /** A description of what happens. */
    String what();
  }

  /** The result of a case. */
  public interface Row {
    /** How many records the audit says ended where. */
    Map<Outcome, Long> outcomes();

    /** Why it fails, one line each; empty: it passes. */
    List<String> problems();

    default boolean passes() {
      return problems().isEmpty();
    }

    /** Its line of the table, without its problems. */
    String line();

    /** The row of the table, followed by one line per problem. */
    default String text() {
      return problems().stream().map(p -> "\n    " + p).collect(Collectors.joining("", line(), ""));
    }

    default String verdict() {
      return passes() ? "pass" : "FAIL";
    }

    /** How many ended there. */
    default long count(Outcome outcome) {
      return outcomes().getOrDefault(outcome, 0L);
    }

    /** The row as a JSON object. */
    Map<String, Object> toJson();
  }

  /** Runs a case. */
  @FunctionalInterface
  public interface Runner<C> {
    /**
     * Runs a case.
     *
     * @param number number of cases run before
     */
    Row run(BenchEnvironment environment, C one, int number);
  }

  /**
   * The cases with the given names; all cases without names.
   *
   * @throws ParameterException if a name is unknown
   */
  public static <C extends Case> CaseRuns<C> chosen(
      String kind, List<C> all, List<String> only, CommandSpec command) {
    List<String> unknown =
        only.stream().filter(name -> all.stream().noneMatch(c -> c.name().equals(name))).toList();
    if (!unknown.isEmpty()) {
      throw new ParameterException(
          command.commandLine(),
          "--only: unknown "
              + kind
              + " "
              + String.join(", ", unknown)
              + "; expected "
              + all.stream().map(Case::name).collect(Collectors.joining(", ")));
    }
    return new CaseRuns<>(
        kind, all.stream().filter(c -> only.isEmpty() || only.contains(c.name())).toList());
  }

  /**
   * Runs all cases and prints the results.
   *
   * @param head the table's header
   * @return the exit code
   */
  public int print(boolean json, String head, Runner<C> runner) {
    List<Row> rows =
        BenchEnvironment.withTemporary(
            System.err::println, environment -> rows(environment, json, head, runner));
    boolean passes = rows.stream().allMatch(Row::passes);
    System.out.println(json ? json(rows, passes) : verdict(rows));
    return passes ? 0 : ExitCodes.FAILED;
  }

  private List<Row> rows(
      BenchEnvironment environment, boolean json, String head, Runner<C> runner) {
    if (!json) {
      System.out.println(head);
    }
    List<Row> rows = new ArrayList<>();
    for (C one : cases) {
      environment.progress(
          TextLines.text("%d of %d: %s", rows.size() + 1, cases.size(), one.what()));
      Row row = runner.run(environment, one, rows.size());
      rows.add(row);
      if (!json) {
        System.out.println(row.text());
      }
    }
    return rows;
  }

  private String verdict(List<Row> rows) {
    long failed = rows.stream().filter(row -> !row.passes()).count();
    return failed == 0
        ? "OK: in all %d %ss every event has the expected outcome, once"
            .formatted(rows.size(), kind)
        : "FAILED: %d of %d %ss".formatted(failed, rows.size(), kind);
  }

  private String json(List<Row> rows, boolean passes) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("passes", passes);
    object.put(kind + "s", rows.stream().map(Row::toJson).toList());
    return Figures.json(object);
  }
}
