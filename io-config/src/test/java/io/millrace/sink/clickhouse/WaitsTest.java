package io.millrace.sink.clickhouse;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.sameInstance;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.contract.Contract;
import io.millrace.sink.SinkException;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

/** Rows that waited when a savepoint was taken, and a contract that has changed since. */
class WaitsTest {
  private static final Contract CONTRACT = TestEvents.queryEvents();
  private static final ClickHouseTable NORMAL =
      ClickHouseTable.of(CONTRACT, CONTRACT.tables().normal());
  private static final ClickHouseTable ERROR =
      ClickHouseTable.of(CONTRACT, CONTRACT.tables().error());

  private static Waits waits(int encoding) {
    return new Waits(0, 7, 1000, 1, Instant.ofEpochMilli(0), encoding, Waits.UNTOLD);
  }

  @Test
  void rowsGoToATableWithTheSameColumns() {
    Waits waits = waits(NORMAL.encoding());
    assertThat(waits.of(NORMAL.name(), NORMAL.encoding()), sameInstance(waits));
  }

  @Test
  void rowsForOtherColumnsAreKept() {
    assertThat(ERROR.encoding(), is(not(NORMAL.encoding())));
    SinkException e =
        assertThrows(SinkException.class, () -> waits(NORMAL.encoding()).of("t", ERROR.encoding()));
    assertThat(e.problems().get(0), containsString("ClickHouse table t: 7 rows that waited"));
    assertThat(e.problems().get(0), containsString("with the contract of before"));
    assertThrows(SinkException.class, () -> waits(NORMAL.encoding()).of("gone", 0));
  }
}
