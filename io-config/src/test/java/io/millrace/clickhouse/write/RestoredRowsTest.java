package io.millrace.clickhouse.write;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.millrace.clickhouse.schema.ClickHouseTable;
import io.millrace.contract.Contract;
import io.millrace.fixtures.TestEvents;
import io.millrace.io.SinkException;
import org.junit.jupiter.api.Test;

/** Rows that waited when a savepoint was taken, and a contract that has changed since. */
class RestoredRowsTest {
  private static final Contract CONTRACT = TestEvents.queryEvents();

  @Test
  void tablesWithOtherColumnsHaveAnotherEncoding() {
    assertThat(
        ClickHouseTable.of(CONTRACT, CONTRACT.tables().error()).encoding(),
        is(not(ClickHouseTable.of(CONTRACT, CONTRACT.tables().normal()).encoding())));
  }

  @Test
  void refusalSaysWhatToDo() {
    SinkException e = TableRetryTarget.refusal("t", 7);
    assertThat(e.problems().get(0), containsString("ClickHouse table t: 7 waiting rows"));
    assertThat(e.problems().get(0), containsString("with the previous contract"));
    assertThat(e.problems().get(0), containsString("gauge sink_waiting_rows_t"));
  }
}
