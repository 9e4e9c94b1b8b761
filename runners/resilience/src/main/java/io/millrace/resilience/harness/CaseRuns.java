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
 * Cases that a pipeline must go through without a loss, run one after the other on the same
 * servers. Each becomes a row of a table as soon as it is known, or all together one JSON object.
 *
 * @param kind what a case is called: {@code fault}, {@code scenario}
 * @param cases in the order in which they run
 */
public record CaseRuns<C extends CaseRuns.Case>(String kind, List<C> cases) {

  /** One of them. */
  public interface Case {
    /** In flags and tables. */
    String name();

    /** What happens, for people. */
    String what();
  }

  /** What became of one. */
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

    /** One line of the table, and one more for each problem. */
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

    /** The row as an object of JSON. */
    Map<String, Object> toJson();
  }

  /** Runs one. */
  @FunctionalInterface
  public interface Runner<C> {
    /**
     * Runs a case to its end.
     *
     * @param number how many were run before
     */
    Row run(BenchEnvironment environment, C one, int number);
  }

  /**
   * Those of all that are named, or all if none is.
   *
   * @throws ParameterException if a name is not one of theirs
   */
  public static <C extends Case> CaseRuns<C> chosen(
      String kind, List<C> all, List<String> only, CommandSpec command) {
    List<String> unknown =
        only.stream().filter(name -> all.stream().noneMatch(c -> c.name().equals(name))).toList();
    if (!unknown.isEmpty()) {
      throw new ParameterException(
          command.commandLine(),
          "--only: there is no "
              + kind
              + " "
              + String.join(", ", unknown)
              + "; there are "
              + all.stream().map(Case::name).collect(Collectors.joining(", ")));
    }
    return new CaseRuns<>(
        kind, all.stream().filter(c -> only.isEmpty() || only.contains(c.name())).toList());
  }

  /**
   * Runs them and prints what became of each.
   *
   * @param head of the table
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
        ? "OK: under each of %d %ss every event is where it should be, once"
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
