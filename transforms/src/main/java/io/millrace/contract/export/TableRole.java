package io.millrace.contract.export;

import io.millrace.contract.Contract;
import io.millrace.contract.Rollup;
import io.millrace.contract.TableDefinition;
import io.millrace.contract.TableRoute;
import java.util.ArrayList;
import java.util.List;

/**
 * A table of a contract whose columns the contract decides.
 *
 * @param table the table
 * @param holds what its rows are
 * @param about more about them; empty: nothing
 */
record TableRole(TableDefinition table, String holds, String about) {
  /** The tables of the outcomes, then the roll-ups, then that of the alerts. */
  static List<TableRole> of(Contract contract) {
    List<TableRole> roles = new ArrayList<>();
    roles.add(new TableRole(contract.tables().normal(), "accepted events", ""));
    for (TableRoute route : contract.tables().routes()) {
      String events = "accepted events with " + ContractText.condition(route.when());
      roles.add(new TableRole(route.table(), events, ""));
    }
    TableDefinition error = contract.tables().error();
    if (error != null) {
      roles.add(new TableRole(error, "events that report an application error", ""));
    }
    roles.add(
        new TableRole(contract.tables().late(), "events that are past the allowed lateness", ""));
    for (Rollup rollup : contract.rollups()) {
      roles.add(new TableRole(rollup.definition(), "roll-up", ContractText.rollup(rollup)));
    }
    contract
        .alerts()
        .definition()
        .ifPresent(table -> roles.add(new TableRole(table, "changes of alerts", "")));
    return roles;
  }
}
