package io.millrace.bench.rollups;

import io.millrace.bench.workload.MeasuredRun;
import io.millrace.bench.workload.TemplateEvents;
import io.millrace.bench.workload.Workload;
import io.millrace.contract.Contract;
import io.millrace.contract.Rollup;
import io.millrace.event.Outcome;
import io.millrace.event.RowPredicate;
import java.util.List;

/** Verifies the counts of a roll-up run. */
final class RollupVariantCheck {
  private RollupVariantCheck() {}

  /**
   * Checks a run.
   *
   * @throws IllegalStateException if an event is missing or was counted twice
   */
  static void check(
      String name, RollupVariant variant, Workload workload, Contract contract, MeasuredRun run) {
    long sunk = run.counted(Outcome.ACCEPTED.label());
    MeasuredRun.expect(name, "events", workload.events(), sunk);
    TemplateEvents templates = TemplateEvents.decode(contract);
    for (Rollup rollup : contract.rollups()) {
      List<RowPredicate> where =
          rollup.where().stream().map(condition -> RowPredicate.of(contract, condition)).toList();
      long sent = templates.count(workload, row -> where.stream().allMatch(test -> test.test(row)));
      MeasuredRun.expect(
          name,
          "events in " + rollup.table(),
          variant == RollupVariant.NONE ? 0 : sent,
          run.counted(LatestEvents.counter(rollup.table())));
    }
  }
}
