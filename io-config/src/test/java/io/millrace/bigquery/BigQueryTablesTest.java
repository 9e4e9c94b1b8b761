package io.millrace.bigquery;

import static io.millrace.bigquery.Things.DECLARED;
import static io.millrace.bigquery.Things.column;
import static io.millrace.bigquery.Things.columns;
import static io.millrace.bigquery.Things.sink;
import static io.millrace.bigquery.Things.things;
import static io.millrace.bigquery.Things.with;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
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
import io.millrace.bigquery.client.BigQueryConfig;
import io.millrace.bigquery.client.BigQueryErrors;
import io.millrace.bigquery.schema.BigQuerySql;
import io.millrace.bigquery.schema.BigQueryTable;
import io.millrace.bigquery.schema.BigQueryTypes;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Clock;
import io.millrace.fixtures.TestEvents;
import io.millrace.io.SinkException;
import io.millrace.io.schema.SchemaPreflight;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables and views: created and compared. */
class BigQueryTablesTest {
  private static final BigQueryConfig CONFIG =
      new BigQueryConfig(
          "my-project",
          "d",
          BigQueryConfig.Method.EXACTLY_ONCE,
          java.time.Duration.ofSeconds(5),
          0,
          null);

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
                "millrace STRUCT<`outcome` STRING, `topic` STRING, `partition` INT64, `offset`"
                    + " INT64, `record_time` TIMESTAMP, `written_at` TIMESTAMP> REQUIRED")));
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
            "PARTITION BY `topic`, `partition`, `offset`, `record_time` ORDER BY `written_at`"
                + " DESC)"));
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
  void aDatasetIsCreatedOnlyWhereTheFlagsSay() throws Exception {
    FakeBigQuery fake = FakeBigQuery.empty();
    Contract contract = things("", "", "");
    String problem = sink(fake, contract).check().get(0);
    assertThat(problem, containsString("there is no such dataset; create it"));
    assertThat(problem, containsString("or give --bigQueryDatasetLocation=EU"));
    assertThrows(SinkException.class, () -> sink(fake, contract).prepare());
    BigQuerySink located =
        fake.sink(
            fake.config(BigQueryConfig.Method.EXACTLY_ONCE, 0, "EU"), contract, Clock.system());
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
    assertThat(problems, containsString("column `Id`: BigQuery does not distinguish it from `id`"));
    assertThat(problems, containsString("a column `millrace` of Millrace's own"));
    assertThat(problems, containsString("column `_table_x`: BigQuery reserves such names"));
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
    Contract contract = things("", "", "");
    List<String> problems =
        new SchemaPreflight(
                new BigQueryDialect(
                    CONFIG,
                    BigQueryTable.of(contract),
                    () -> {
                      throw answer(status, reason);
                    }))
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
            new IOException("Your default credentials were not found. To set up...\nmore"), CONFIG),
        containsString("no credentials found: run `gcloud auth application-default login`"));
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
