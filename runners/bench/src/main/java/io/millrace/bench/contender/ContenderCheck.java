package io.millrace.bench.contender;

import io.millrace.bench.baseline.EventTable;
import io.millrace.bench.contender.ProgressProbe.Differences;
import io.millrace.event.Outcome;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How the progress of a contender is seen from outside, and what there must be at its end. All that
 * write are seen by the rows in their tables.
 */
public enum ContenderCheck {
  /** Nothing is late; some that is malformed passes. */
  FLOOR {
    @Override
    public long seen(ProgressProbe look) {
      return look.rows(NORMAL, ERRORS);
    }

    @Override
    public long all(ExpectedOutcomes truth) {
      return events(truth) + truth.lateIdentities();
    }

    @Override
    public List<String> differences(ProgressProbe look, ExpectedOutcomes truth) {
      long most = all(truth) + of(truth, Outcome.DEAD);
      return new Differences()
          .between("events", all(truth), most, look.exact(NORMAL) + look.exact(ERRORS))
          .between("rows", all(truth), most, look.rows(NORMAL, ERRORS))
          .all();
    }
  },
  /** Every outcome has its table, or an accumulator. */
  NATIVE {
    @Override
    public List<String> differences(ProgressProbe look, ExpectedOutcomes truth) {
      return tables(look, truth).all();
    }

    @Override
    public List<String> differences(Map<String, Long> outcomes, ExpectedOutcomes truth) {
      return new Differences()
          .expect("records read", truth.records(), outcomes.getOrDefault("read", 0L))
          .expect(
              "duplicates", of(truth, Outcome.DUPLICATE), outcomes.getOrDefault("duplicate", 0L))
          .all();
    }
  },
  /** Every outcome is in the audit as well. */
  MILLRACE {
    @Override
    public List<String> differences(ProgressProbe look, ExpectedOutcomes truth) {
      Differences differences = tables(look, truth);
      Map<String, Long> audited = look.audited();
      // The workload's contract has no filter, and its manifest no such outcome.
      for (Outcome outcome : EnumSet.complementOf(EnumSet.of(Outcome.FILTERED))) {
        differences.expect(
            outcome.label() + " in the audit",
            of(truth, outcome),
            audited.getOrDefault(outcome.label(), 0L));
      }
      return differences.all();
    }
  },
  /** Every outcome that has a table of its own is there. */
  NO_AUDIT {
    @Override
    public List<String> differences(ProgressProbe look, ExpectedOutcomes truth) {
      return tables(look, truth).expect("rows in the audit", 0, look.rows("audit")).all();
    }
  },
  /** Its consumers tell what they have read. Repeats collapse in the exact views alone. */
  CLICKHOUSE {
    @Override
    public long seen(ProgressProbe look) {
      return look.number(
          "SELECT sum(num_messages_read) FROM system.kafka_consumers WHERE database = '"
              + look.database()
              + "'");
    }

    @Override
    public long all(ExpectedOutcomes truth) {
      return truth.records();
    }

    @Override
    public List<String> differences(ProgressProbe look, ExpectedOutcomes truth) {
      long least = events(truth) + truth.lateIdentities();
      return new Differences()
          .between(
              "events",
              least,
              least + of(truth, Outcome.DEAD),
              look.exact(NORMAL) + look.exact(ERRORS))
          .all();
    }
  };

  private static final String NORMAL = EventTable.NORMAL.table();
  private static final String ERRORS = EventTable.ERROR.table();
  private static final String LATE = EventTable.LATE.table();
  private static final String DEAD = "dead_letters";

  /** How much is done, in the unit of {@link #all}: by default, rows in all tables. */
  public long seen(ProgressProbe look) {
    return look.rows(NORMAL, ERRORS, LATE, DEAD);
  }

  /** How much is to be seen before all may be done. */
  public long all(ExpectedOutcomes truth) {
    return events(truth) + truth.lateIdentities() + of(truth, Outcome.DEAD);
  }

  /** What is otherwise than it must be once all is done. */
  public abstract List<String> differences(ProgressProbe look, ExpectedOutcomes truth);

  /** What a contender has counted otherwise than it must. */
  public List<String> differences(Map<String, Long> outcomes, ExpectedOutcomes truth) {
    return List.of();
  }

  private static Differences tables(ProgressProbe look, ExpectedOutcomes truth) {
    return new Differences()
        .expect("accepted events", of(truth, Outcome.ACCEPTED), look.exact(NORMAL))
        .expect("errors", of(truth, Outcome.ERROR), look.exact(ERRORS))
        .expect("late events", truth.lateIdentities(), look.exact(LATE))
        .expect("dead letters", of(truth, Outcome.DEAD), look.exact(DEAD));
  }

  /** Accepted and errors: what has a row that is not late. */
  private static long events(ExpectedOutcomes truth) {
    return of(truth, Outcome.ACCEPTED) + of(truth, Outcome.ERROR);
  }

  private static long of(ExpectedOutcomes truth, Outcome outcome) {
    return truth.of(
        io.millrace.testdata.manifest.Outcome.valueOf(outcome.label().toUpperCase(Locale.ROOT)));
  }
}
