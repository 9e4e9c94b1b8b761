package io.millrace.clickhouse.client;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import io.millrace.fixtures.LocalClickHouseExtension;
import io.millrace.local.clickhouse.LocalClickHouse;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LocalClickHouseExtension.class)
class ErrorTableIT {
  /** A code under a wrong name was meant to be another one. */
  @Test
  void namesAreTheEngines(LocalClickHouse server) {
    Map<Integer, String> engine =
        server
            .query(
                "SELECT DISTINCT code, name FROM system.errors"
                    + " SETTINGS system_events_show_zero_values = 1")
            .lines()
            .map(line -> line.split("\t", -1))
            .collect(Collectors.toMap(f -> Integer.valueOf(f[0]), f -> f[1]));
    List<Integer> codes =
        ErrorTable.RULES.keySet().stream()
            .filter(what -> Character.isDigit(what.charAt(0)))
            .map(Integer::valueOf)
            .toList();
    assertThat(codes, hasSize(greaterThan(150)));
    for (int code : codes) {
      assertThat("code " + code, ErrorTable.ofCode(code).name(), is(engine.get(code)));
    }
  }
}
