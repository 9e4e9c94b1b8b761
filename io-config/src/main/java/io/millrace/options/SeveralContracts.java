package io.millrace.options;

import io.millrace.contract.Contract;
import io.millrace.contract.Rollup;
import io.millrace.contract.TableDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What several contracts of one run must not have in common. */
final class SeveralContracts {
  private SeveralContracts() {}

  /** One line for each conflict; empty if there is none, or one contract. */
  static List<String> problems(List<Contract> contracts) {
    List<String> problems = new ArrayList<>();
    Map<String, String> ownerOf = new HashMap<>();
    Map<String, Contract> byName = new HashMap<>();
    for (int i = 0; i < contracts.size(); i++) {
      Contract contract = contracts.get(i);
      String name = contract.name();
      if (byName.putIfAbsent(name, contract) != null) {
        problems.add(
            "--contract: two contracts have the name %s; expected different names".formatted(name));
        continue;
      }
      if (name.contains("/")) {
        problems.add(
            ("--contract: the name %s cannot be part of a step's name; expected a name without /"
                    + " where a run has several contracts")
                .formatted(name));
      }
      if (contract.records() == null && i < contracts.size() - 1) {
        problems.add(
            ("--contract: the contract %s describes all records, so that those after it get none;"
                    + " give it `records`, or put it last")
                .formatted(name));
      }
      for (String table : tables(contract)) {
        String owner = ownerOf.putIfAbsent(table, name);
        if (owner != null) {
          problems.add(
              "--contract: the contracts %s and %s both write the table %s; rename one"
                  .formatted(owner, name, table));
        }
      }
    }
    return problems;
  }

  /** The tables whose columns the contract decides; others may be shared. */
  private static List<String> tables(Contract contract) {
    List<String> names = new ArrayList<>();
    Contract.Tables tables = contract.tables();
    tables.accepted().forEach(table -> names.add(table.name()));
    TableDefinition error = tables.error();
    if (error != null) {
      names.add(error.name());
    }
    names.add(tables.late().name());
    contract.rollups().stream().map(Rollup::table).forEach(names::add);
    return names;
  }
}
