package io.millrace.expression;

import io.millrace.contract.Contract;
import io.millrace.event.RowValues;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * Picks the table of an accepted event by the contract's routes: that of the first route whose
 * condition the event meets, else the normal table. Equal events have the same table. No state.
 */
public final class EventRouter implements Serializable {
  private static final long serialVersionUID = 1L;

  private final List<RowPredicate> routes;

  private EventRouter(List<RowPredicate> routes) {
    this.routes = routes;
  }

  /** The routes of a contract, which may have none. */
  public static EventRouter of(Contract contract) {
    return new EventRouter(
        contract.tables().routes().stream()
            .map(route -> Objects.requireNonNull(RowPredicate.of(contract, route.when())))
            .toList());
  }

  /** The index of an event's table in {@link Contract.Tables#accepted}. */
  public int indexFor(RowValues row) {
    for (int i = 0; i < routes.size(); i++) {
      if (routes.get(i).test(row)) {
        return i + 1;
      }
    }
    return 0;
  }
}
