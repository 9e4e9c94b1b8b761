package io.millrace.bigquery;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.api.client.googleapis.json.GoogleJsonError;
import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.HttpHeaders;
import com.google.api.client.http.HttpResponseException;
import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import io.millrace.bigquery.client.BigQueryConfig;
import io.millrace.bigquery.client.BigQueryErrors;
import io.millrace.bigquery.schema.BigQuerySql;
import io.millrace.bigquery.schema.BigQueryTable;
import io.millrace.bigquery.schema.BigQueryTypes;
import io.millrace.bigquery.write.ReportRefusedFn;
import io.millrace.bigquery.write.RowSize;
import io.millrace.bigquery.write.TruncateDeadLetter;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.fixtures.TestEvents;
import io.millrace.io.SinkException;
import io.millrace.io.SinkMigration;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables and views: created, compared and changed. */
class BigQueryTablesTest {
  private static final String DECLARED =
      """
      contract: things
      version: 1
      format: json
      fields:
        id: {type: string, required: true}
        at: {type: timestamp, format: epoch_us, required: true}
        score: {type: decimal, precision: 9, scale: 2, required: true}
      %s
      event_time: {field: at}
      identity: [id, score, at]
      unknown_fields: {column: extra, as: map}
      tables:
        normal: {name: things, columns: [id, at, score, extra%s], order_by: [id]%s}
        error: {name: things_error, columns: [id, at, score, extra]}
        late: {name: things_late, columns: [id, at, score, extra]}
        dead_letters: {name: things_dead}
      """;

  private static Contract things(String fields, String columns, String more) {
    return ContractLoader.parse(DECLARED.formatted(fields, columns, more), "things.yaml");
  }

  private static BigQuerySink sink(FakeBigQuery fake, Contract contract) {
    return fake.sink(fake.config(), contract, Clock.system());
  }

  private static FakeBigQuery with(Contract contract) throws Exception {
    FakeBigQuery fake = FakeBigQuery.withDataset();
    sink(fake, contract).prepare();
    return fake;
  }

  private static List<String> columns(Table table) {
    return table.getSchema().getFields().stream()
        .map(c -> c.getName() + " " + BigQueryTypes.sql(c) + " " + c.getMode())
        .toList();
  }

  private static TableFieldSchema column(FakeBigQuery fake, String table, String name)
      throws IOException {
    return fake.table(table).getSchema().getFields().stream()
        .filter(c -> c.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void tablesAreMadeFromTheContract() throws Exception {
    FakeBigQuery fake = with(TestEvents.queryEvents());
    Table normal = fake.table("sink_output");
    assertThat(
        columns(normal),
        equalTo(
            List.of(
                "query_id STRING REQUIRED",
                "event_type STRING REQUIRED",
                "query_text STRING REQUIRED",
                "user_id STRING REQUIRED",
                "database_name STRING REQUIRED",
                "duration_ms INT64 NULLABLE",
                "rows_affected INT64 NULLABLE",
                "payload STRING NULLABLE",
                "event_time TIMESTAMP REQUIRED",
                "event_time_extra_ns INT64 NULLABLE",
                "ingestion_time TIMESTAMP REQUIRED",
                "extra STRING REQUIRED",
                "millrace STRUCT<`outcome` STRING, `topic` STRING, `partition` INT64, `offset` INT64,"
                    + " `record_time` TIMESTAMP, `written_at` TIMESTAMP> REQUIRED")));
    assertThat(normal.getTimePartitioning().getField(), is("event_time"));
    assertThat(normal.getTimePartitioning().getType(), is("DAY"));
    assertThat(normal.getTimePartitioning().getExpirationMs(), is(nullValue()));
    assertThat(
        normal.getClustering().getFields(), is(List.of("event_type", "query_id", "event_time")));
    assertThat(normal.getDescription(), is("Millrace contract query-events version 1"));
    assertThat(
        column(fake, "sink_output", "user_id").getDescription(), is("string at metadata.user_id"));
    Table audit = fake.table("audit");
    assertThat(audit.getTimePartitioning().getExpirationMs(), is(30L * 86_400_000));
    assertThat(audit.getTimePartitioning().getField(), is("written_at"));
    Table rollup = fake.table("error_rate_by_database");
    assertThat(rollup.getClustering().getFields(), is(List.of("database_name", "window_start")));
    assertThat(sink(fake, TestEvents.queryEvents()).notes(), is(empty()));
  }

  @Test
  void theExactViewShowsTheLastRowOfEachIdentity() throws Exception {
    FakeBigQuery fake = with(things("", "", ""));
    Table view = fake.table("things_exact");
    assertThat(view.getView().getUseLegacySql(), is(false));
    assertThat(
        view.getView().getQuery(),
        is(
            "SELECT *\nFROM `test-project."
                + fake.config().dataset()
                + ".things`\nWHERE TRUE\nQUALIFY ROW_NUMBER() OVER (PARTITION BY `id`, `score`,"
                + " `at` ORDER BY `millrace`.`written_at` DESC, `millrace`.`topic`,"
                + " `millrace`.`partition`, `millrace`.`offset` DESC) = 1"));
    assertThat(
        fake.table("things_dead_exact").getView().getQuery(),
        containsString(
            "PARTITION BY `topic`, `partition`, `offset`, `record_time` ORDER BY `written_at` DESC)"));
  }

  @Test
  void ofARollupTheRowWithTheMostEventsIsShown() {
    BigQueryTable rollup =
        BigQueryTable.of(TestEvents.queryEvents()).stream()
            .filter(t -> t.name().equals("error_rate_by_database"))
            .findFirst()
            .orElseThrow();
    assertThat(
        BigQuerySql.exact("p", "d", rollup),
        containsString(
            "PARTITION BY `database_name`, `window_start` ORDER BY `events` DESC,"
                + " `millrace`.`written_at` DESC) = 1"));
    BigQueryTable sessions =
        new BigQueryTable(
            rollup.name(),
            rollup.stored(),
            rollup.sent(),
            rollup.identity(),
            rollup.latest(),
            rollup.timeColumn(),
            null,
            List.of(),
            "",
            null,
            true);
    String sql = BigQuerySql.exact("p", "d", sessions);
    assertThat(sql, containsString("WHERE NOT `merged`"));
    assertThat(
        sql, containsString("PARTITION BY `database_name`, _cluster ORDER BY `events` DESC"));
    assertThat(
        "brackets match",
        sql.chars().filter(c -> c == '(').count(),
        is(sql.chars().filter(c -> c == ')').count()));
  }

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
    assertThat(told.get(2), containsString("for BigQuery adds no required column"));
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
    assertThat(sink.check().get(0), containsString("column n: is not the contract's and required"));
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

  @Test
  void aDatasetIsCreatedOnlyWhereTheFlagsSay() throws Exception {
    FakeBigQuery fake = FakeBigQuery.empty();
    Contract contract = things("", "", "");
    String problem = sink(fake, contract).check().get(0);
    assertThat(problem, containsString("there is no such dataset; create it"));
    assertThat(problem, containsString("or give --bigQueryDatasetLocation=EU"));
    assertThrows(SinkException.class, () -> sink(fake, contract).prepare());
    BigQuerySink located = fake.sink(fake.config().withLocation("EU"), contract, Clock.system());
    assertThat(located.check(), is(empty()));
    located.prepare();
    assertThat(fake.statements(), is(List.of("dataset in EU")));
    assertThat(fake.table("things_late_exact"), is(not(nullValue())));
  }

  @Test
  void namesThatBigQueryDoesNotTakeAreSaid() throws Exception {
    FakeBigQuery fake = FakeBigQuery.withDataset();
    Contract contract =
        things(
            "  f: {type: string}\n  Id: {type: string}\n  millrace: {type: string}\n"
                + "  _table_x: {type: string}",
            ", f, Id, millrace, _table_x",
            "");
    String problems = String.join("\n", sink(fake, contract).check());
    assertThat(problems, containsString("column `f`: BigQuery's client cannot write it"));
    assertThat(problems, containsString("column `Id`: BigQuery does not tell it from `id`"));
    assertThat(problems, containsString("a column `millrace` of Millrace's own"));
    assertThat(problems, containsString("column `_table_x`: BigQuery keeps such names"));
  }

  private static IOException answer(int status, String reason) {
    GoogleJsonError.ErrorInfo info = new GoogleJsonError.ErrorInfo();
    info.setReason(reason);
    GoogleJsonError details = new GoogleJsonError();
    details.setErrors(new ArrayList<>(List.of(info)));
    details.setMessage("Access Denied: Dataset x\nmore");
    return new GoogleJsonResponseException(
        new HttpResponseException.Builder(status, "no", new HttpHeaders()), details);
  }

  @ParameterizedTest
  @CsvSource({
    "401, authError, the credentials are not valid",
    "403, accessDenied, grant roles/bigquery.dataEditor on the dataset my-project:d",
    "403, quotaExceeded, a quota is exhausted",
    "403, accessNotConfigured, gcloud services enable bigquery.googleapis.com --project=my-project",
    "404, notFound, as shown by `gcloud projects list`",
    "503, backendError, BigQuery is busy or down"
  })
  void errorsHaveARemedy(int status, String reason, String remedy) {
    BigQueryConfig config = BigQueryConfig.of("my-project", "d");
    Contract contract = things("", "", "");
    List<String> problems =
        new BigQueryPreflight(
                config,
                BigQueryTable.of(contract),
                () -> {
                  throw answer(status, reason);
                })
            .problems();
    assertThat(problems, hasSize(1));
    assertThat(problems.get(0), containsString("BigQuery my-project:d: "));
    assertThat(problems.get(0), containsString(remedy));
    assertThat(problems.get(0), not(containsString("\n")));
  }

  @Test
  void missingCredentialsAreOneLine() {
    assertThat(
        BigQueryErrors.explain(
            new IOException("Your default credentials were not found. To set up...\nmore"),
            BigQueryConfig.of("my-project", "d")),
        containsString("no credentials found: run `gcloud auth application-default login`"));
  }

  @Test
  void messagesHoldNoValues() {
    assertThat(
        ReportRefusedFn.withoutValues(
            "Field 'user_id': value \"secret\" is bad, see `x\nmore {",
            java.util.Set.of("user_id")),
        is("Field 'user_id': value \"…\" is bad, see `…`"));
    assertThat(
        ReportRefusedFn.withoutValues("Failing row {\n", java.util.Set.of()), is("Failing row"));
  }

  @Test
  void aDeadLetterThatIsTooLargeSaysWhatItKeeps() {
    Clock clock = () -> 5;
    var letter =
        DeadLetterFactory.of(TestEvents.queryEvents(), "test", clock)
            .create(
                TestEvents.origin(1, RowSize.MOST_BYTES),
                io.millrace.event.DeadLetterCode.TOO_LARGE,
                "large",
                "DecodeEvents");
    var fitting = TruncateDeadLetter.of(letter);
    assertThat(fitting.origin().value().length < RowSize.MOST_BYTES, is(true));
    assertThat(
        fitting.message(),
        is(
            "only "
                + fitting.origin().value().length
                + " of "
                + letter.origin().value().length
                + " bytes fit into a row; large"));
    assertThat(
        TruncateDeadLetter.of(fitting).origin().value().length,
        is(fitting.origin().value().length));
  }

  @Test
  void aRowIsCountedByWhatIsSent() {
    assertThat(RowSize.of("x".repeat(2_000_000)), is(2_000_006L));
    assertThat(RowSize.of("é".repeat(1_000_000)), is(2_000_006L));
    assertThat(RowSize.of(java.util.Collections.nCopies(700_000, 1)), is(2_100_002L));
    assertThat(RowSize.of(Long.MIN_VALUE), is(12L));
    assertThat(RowSize.of(null), is(0L));
  }

  /** What the columns are that the contract of all types needs. */
  @Test
  void everyTypeHasItsColumn() {
    Contract contract =
        things(
            """
              u: {type: uuid}
              j: {type: json}
              o: {type: json, store_as: json}
              i: {type: int32}
              b: {type: boolean}
              d: {type: decimal, precision: 38, scale: 9}
              e: {type: decimal, precision: 38, scale: 38}
              t: {type: array, items: {type: timestamp}}
              r: {type: array, items: {type: record, fields: {n: {type: decimal, precision: 9, scale: 2}}}}\
            """,
            ", u, j, o, i, b, d, e, t, r",
            "");
    List<String> types =
        BigQueryTable.of(contract).get(0).stored().stream()
            .map(c -> c.getName() + " " + BigQueryTypes.sql(c))
            .collect(Collectors.toList());
    assertThat(
        types.subList(2, types.size() - 1),
        is(
            List.of(
                "score NUMERIC(9, 2)",
                "extra ARRAY<STRUCT<`key` STRING, `value` STRING>>",
                "u STRING",
                "j STRING",
                "o JSON",
                "i INT64",
                "b BOOL",
                "d NUMERIC(38, 9)",
                "e BIGNUMERIC(38, 38)",
                "t ARRAY<TIMESTAMP>",
                "r ARRAY<STRUCT<`n` NUMERIC(9, 2)>>")));
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

  @Test
  void withoutAnErrorRuleThereIsNoErrorTable() throws Exception {
    String declared = DECLARED.formatted("", "", "");
    int from = declared.indexOf("  error: {name");
    int to = declared.indexOf("  late: {name");
    FakeBigQuery fake =
        with(
            ContractLoader.parse(
                declared.substring(0, from) + declared.substring(to), "things.yaml"));

    assertThat(fake.table("things_error"), is(nullValue()));
  }
}
