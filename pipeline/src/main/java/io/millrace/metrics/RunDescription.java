package io.millrace.metrics;

import io.millrace.contract.Contract;
import io.millrace.contract.Rollup;
import io.millrace.contract.TableDefinition;
import io.millrace.pipeline.Branch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What does not change during a run.
 *
 * @param version of Millrace
 * @param runner name of the runner
 * @param startMillis when the run started, milliseconds since the epoch
 * @param contracts in the order of the flag
 */
public record RunDescription(
    String version, String runner, long startMillis, List<OfContract> contracts) {
  /** The kind of sink whose tables rows may wait for in a step of Millrace. */
  private static final String CLICKHOUSE = "clickhouse";

  /**
   * A contract of the run.
   *
   * @param tables for each sink by name, the tables that rows may wait for
   */
  public record OfContract(String name, int version, Map<String, List<String>> tables) {
    static OfContract of(Branch branch) {
      Map<String, List<String>> tables = new LinkedHashMap<>();
      branch
          .sinks()
          .byName()
          .forEach(
              (name, sink) ->
                  tables.put(
                      name,
                      sink.kind().equals(CLICKHOUSE) ? tablesOf(branch.contract()) : List.of()));
      return new OfContract(branch.contract().name(), branch.contract().version(), tables);
    }

    private static List<String> tablesOf(Contract contract) {
      Contract.Tables all = contract.tables();
      List<String> names = new ArrayList<>();
      all.accepted().stream().map(TableDefinition::name).forEach(names::add);
      if (all.error() != null) {
        names.add(all.error().name());
      }
      names.add(all.late().name());
      names.add(all.deadLetters().name());
      names.add(all.audit().name());
      contract.rollups().stream().map(Rollup::table).forEach(names::add);
      return List.copyOf(names);
    }
  }

  /** Describes a run of these contracts. */
  public static RunDescription of(
      String version, String runner, long startMillis, List<Branch> branches) {
    return new RunDescription(
        version, runner, startMillis, branches.stream().map(OfContract::of).toList());
  }

  /** The names of the contracts. */
  List<String> names() {
    return contracts.stream().map(OfContract::name).toList();
  }
}
