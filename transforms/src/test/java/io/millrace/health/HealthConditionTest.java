package io.millrace.health;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthConditionTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "consumer_lag_seconds > 60 ~ topic,partition"
            + " ~ max by (topic, partition) (millrace_consumer_lag_seconds) > 60",
        "checkpoint_age_seconds > 300 || healthy == 0 ~"
            + " ~ (max(millrace_checkpoint_age_seconds) > 300) or (max(millrace_healthy) == 0)",
        "absent(build_info) || min(up) == 0 ~"
            + " ~ (absent(millrace_build_info{contract=\"c\"})) or (min(millrace_up) == 0)",
        "absent(up) && absent(records_total) ~"
            + " ~ (absent(millrace_up)) and on () (absent(millrace_records_total{contract=\"c\"}))",
        "rate(events_total.where(outcome == \"dead\"), \"10m\") / rate(events_total, \"10m\") > 0.01"
            + " ~ sink ~ (sum by (sink) (rate(millrace_events_total{contract=\"c\",outcome=\"dead\"}[10m]))"
            + " / sum by (sink) (rate(millrace_events_total{contract=\"c\"}[10m]))) > 0.01",
        "quantile(0.95, freshness_seconds, \"5m\") > 20 ~ sink"
            + " ~ histogram_quantile(0.95, sum by (le, sink)"
            + " (rate(millrace_freshness_seconds_bucket{contract=\"c\"}[5m]))) > 20",
        "mean(insert_duration_seconds, \"1h\") >= 1.5 ~ sink"
            + " ~ (sum by (sink) (rate(millrace_insert_duration_seconds_sum{contract=\"c\"}[1h]))"
            + " / sum by (sink) (rate(millrace_insert_duration_seconds_count{contract=\"c\"}[1h]))) >= 1.5",
        "increase(lost_records_total, \"90s\") != 0 ~"
            + " ~ sum(increase(millrace_lost_records_total{contract=\"c\"}[90s])) != 0",
        "sum(rows_waiting.where(table != \"a\\\"b\" && sink == \"clickhouse\")) > 2 * 500 ~ table"
            + " ~ sum by (table) (millrace_rows_waiting{contract=\"c\",table!=\"a\\\"b\",sink=\"clickhouse\"})"
            + " > (2 * 500)",
        "rows_waiting_seconds > 60 && rows_waiting > 10 ~ sink,table"
            + " ~ (max by (sink, table) (millrace_rows_waiting_seconds{contract=\"c\"}) > 60)"
            + " and (max by (sink, table) (millrace_rows_waiting{contract=\"c\"}) > 10)",
        "-1 < rollups_open - 5 ~ ~ -1 < (max(millrace_rollups_open{contract=\"c\"}) - 5)",
      })
  void isWrittenForPrometheus(String text, String labels, String expected) {
    HealthCondition condition = HealthCondition.of(text);
    assertThat(String.join(",", condition.labels()), is(labels == null ? "" : labels));
    assertThat(condition.promQl("c", condition.labels()), is(expected));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "lag > 60 | no metric `lag`",
        "consumer_lag_seconds > | at character ",
        "consumer_lag_seconds | expected comparisons such as `consumer_lag_seconds > 60`",
        "1 < 2 | expected a metric in each comparison",
        "events_total > 5 | `events_total` grows since the start of the run; expected rate(events_total,",
        "freshness_seconds > 5 | `freshness_seconds` is a histogram; expected quantile(0.95,",
        "insert_rows > 5 | `insert_rows` is a summary; expected mean(insert_rows",
        "build_info > 5 | `build_info` has no value; expected absent(build_info)",
        "rate(up, \"5m\") > 5 | rate: `up` is a gauge; expected a counter",
        "mean(up, \"5m\") > 5 | mean: `up` is a gauge; expected a summary or histogram",
        "sum(events_total) > 5 | sum: `events_total` is a counter; expected a gauge",
        "rate(events_total) > 5 | expected rate(METRIC, \"5m\")",
        "rate(events_total, 5) > 5 | rate: expected a duration in quotes last, such as \"5m\"",
        "rate(events_total, \"0s\") > 5 | rate: expected a duration in quotes last",
        "quantile(95, freshness_seconds, \"5m\") > 5 | quantile: expected a number between 0 and 1",
        "avg(up) > 5 | no function `avg`; expected one of absent, increase, max",
        "up == true | expected metrics and numbers with + - * / on each side of a comparison",
        "absent(up) > 1 | absent: expected it without a comparison",
        "max(rows_waiting.where(tabel == \"a\")) > 1 | `rows_waiting` has no label `tabel`",
        "max(rows_waiting.where(contract == \"a\")) > 1 | `rows_waiting` has no label `contract`",
        "max(rows_waiting.where(table > \"a\")) > 1 | where: expected labels and texts, such as",
        "max(rows_waiting.where(table == 5)) > 1 | where: expected labels and texts, such as",
        "!(up == 1) | expected comparisons such as",
      })
  void saysWhatIsWrong(String text, String problem) {
    assertThat(
        assertThrows(HealthProblem.class, () -> HealthCondition.of(text)).getMessage(),
        containsString(problem));
  }
}
