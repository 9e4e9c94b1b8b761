package io.millrace.bigquery;

import static io.millrace.bigquery.Things.DECLARED;
import static io.millrace.bigquery.Things.column;
import static io.millrace.bigquery.Things.columns;
import static io.millrace.bigquery.Things.sink;
import static io.millrace.bigquery.Things.things;
import static io.millrace.bigquery.Things.with;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.bigquery.schema.BigQueryTypes;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.io.SinkException;
import io.millrace.io.SinkMigration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables and views follow the contract. */
class BigQueryMigrationTest {
  @Test
  void aSecondPreparationHasNothingToDo() throws Exception {
    Contract contract = things("", "", "");
    FakeBigQuery fake = with(contract);
    BigQuerySink sink = sink(fake, contract);
    sink.prepare();
    assertThat(sink.check(), is(empty()));
    assertThat(sink.migrate(false, change -> {}), equalTo(SinkMigration.NONE));
  }

  @Test
  void newColumnsAreAddedAndNothingElseChanges() throws Exception {
    FakeBigQuery fake = with(things("", "", ""));
    Contract newer =
        things(
            "  note: {type: string}\n  tags: {type: array, items: {type: string}}\n"
                + "  n: {type: int64, required: true}",
            ", note, tags, n",
            "");
    BigQuerySink sink = sink(fake, newer);
    assertThat(sink.check(), hasSize(3));
    assertThrows(SinkException.class, sink::prepare);
    List<String> before = columns(fake.table("things"));
    List<String> told = new ArrayList<>();
    SinkMigration planned = sink.migrate(true, change -> told.add(change.toString()));
    assertThat(columns(fake.table("things")), equalTo(before));
    assertThat(planned.changes(), hasSize(4));
    assertThat(
        told.get(0), containsString("column note: added, older rows show NULL: ALTER TABLE"));
    assertThat(told.get(2), containsString("because BigQuery adds no required column"));
    sink.migrate(false, change -> {});
    List<String> after = new ArrayList<>(before);
    after.addAll(
        List.of("note STRING NULLABLE", "tags ARRAY<STRING> REPEATED", "n INT64 NULLABLE"));
    assertThat(columns(fake.table("things")), equalTo(after));
    assertThat(sink.check(), is(empty()));
    assertThat(
        "the older contract still fits", sink(fake, things("", "", "")).check(), is(empty()));
    assertThat(sink.migrate(false, change -> {}), equalTo(SinkMigration.NONE));
  }

  @Test
  void aRequiredColumnThatTheContractNoLongerHasBecomesNullable() throws Exception {
    Contract older = things("  n: {type: int64, required: true}", ", n", "");
    FakeBigQuery fake = with(older);
    BigQuerySink sink = sink(fake, things("", "", ""));
    assertThat(
        sink.check().get(0), containsString("column n: is required but not in the contract"));
    sink.migrate(false, change -> {});
    assertThat(column(fake, "things", "n").getMode(), is("NULLABLE"));
    assertThat(sink.check(), is(empty()));
    assertThat(sink(fake, older).check(), is(empty()));
  }

  @ParameterizedTest
  @CsvSource({
    "type: int64, 'type: decimal, precision: 30, scale: 2', 'NUMERIC(28, 2)|BIGNUMERIC'",
    "'type: decimal, precision: 9, scale: 2', 'type: decimal, precision: 20, scale: 4', 'NUMERIC(20, 4)'",
    "'type: decimal, precision: 9, scale: 9', 'type: decimal, precision: 38, scale: 0', 'BIGNUMERIC(47, 9)'"
  })
  void numbersAreWidened(String from, String to, String type) throws Exception {
    Contract older = things("  n: {" + from + "}", ", n", "");
    FakeBigQuery fake = with(older);
    BigQuerySink sink = sink(fake, things("  n: {" + to + "}", ", n", ""));
    assertThat(sink.check(), hasSize(1));
    sink.migrate(false, change -> {});
    assertThat(fake.statements().get(0), containsString("ALTER COLUMN `n` SET DATA TYPE "));
    assertThat(sink.check(), is(empty()));
    if (!type.contains("|")) {
      assertThat(BigQueryTypes.sql(column(fake, "things", "n")), is(type));
    }
    assertThat("older pipelines write on", sink(fake, older).check(), is(empty()));
  }

  @ParameterizedTest
  @CsvSource({
    "type: int64, type: float64, beyond 2^53",
    "type: string, type: int64, some values",
    "'type: decimal, precision: 9, scale: 2', type: int64, some values",
    "type: string, 'type: array, items: {type: string}', keeps its mode"
  })
  void whatWouldLoseValuesIsRefused(String from, String to, String why) throws Exception {
    FakeBigQuery fake = with(things("  n: {" + from + "}", ", n", ""));
    BigQuerySink sink = sink(fake, things("  n: {" + to + "}", ", n", ""));
    assertThat(sink.check(), hasSize(1));
    assertThat(sink.check().get(0), containsString("not safe to migrate: "));
    assertThat(sink.check().get(0), containsString(why));
    SinkMigration refused = sink.migrate(false, change -> {});
    assertThat(refused.changes(), is(empty()));
    assertThat(refused.refused(), hasSize(1));
  }

  @Test
  void daysMayBeKeptLongerButNotShorter() throws Exception {
    FakeBigQuery fake = with(things("", "", ", ttl: 30d"));
    BigQuerySink longer = sink(fake, things("", "", ", ttl: 60d"));
    assertThat("a run starts all the same", longer.check(), is(empty()));
    assertThat(longer.notes().get(0), containsString("expected 60 days, found 30 days"));
    longer.migrate(false, change -> {});
    assertThat(fake.table("things").getTimePartitioning().getExpirationMs(), is(60L * 86_400_000));
    SinkMigration shorter = sink(fake, things("", "", ", ttl: 30d")).migrate(false, change -> {});
    assertThat(shorter.refused().get(0), containsString("would be deleted"));
  }

  /** A TIMESTAMP ends at the microsecond; an identity does not. */
  @Test
  void whatATimestampCutsOffOfTheIdentityIsKept() throws Exception {
    String before = DECLARED.formatted("", "", "");
    String after = before.replace("at: {type: timestamp, format: epoch_us", "at: {type: timestamp");
    FakeBigQuery fake = with(ContractLoader.parse(before, "things.yaml"));
    BigQuerySink sink = sink(fake, ContractLoader.parse(after, "things.yaml"));

    assertThat(
        sink.check(), hasItem(containsString("column at_extra_ns: expected INT64, found no")));
    sink.migrate(false, change -> {});
    assertThat(sink.check(), is(empty()));
    assertThat(column(fake, "things", "at_extra_ns").getMode(), is(BigQueryTypes.NULLABLE));
    assertThat(
        fake.table("things_exact").getView().getQuery(),
        containsString("(PARTITION BY `id`, `score`, `at`, IFNULL(`at_extra_ns`, 0) ORDER BY"));
    assertThat(
        sink.notes(),
        contains(
            "table things, column at: the contract asks for nanoseconds, a TIMESTAMP keeps"
                + " microseconds; the rest is in the column at_extra_ns"));
  }
}
