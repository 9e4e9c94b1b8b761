package io.millrace.cli.contract;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.millrace.cli.MillraceCommand;
import io.millrace.cli.MillraceProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContractShowCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;
  private String contract;

  @BeforeEach
  void writeContract() throws Exception {
    contract =
        Files.writeString(
                directory.resolve("visits.yaml"),
                """
                contract: visits
                description: Visits of pages
                fields:
                  id: {type: uuid, required: true}
                  at: {path: time, type: timestamp, precision: 3, required: true}
                  page: {path: request.page, type: string, default: "/", low_cardinality: true}
                  amount: {type: decimal, precision: 9, scale: 2}
                  items: {type: array, items: {type: record, fields: {sku: {type: string}}}}
                event_time: {field: at, max_ahead: 1d}
                identity: [id, at]
                tables: {normal: {ttl: 30d}}
                rollups:
                  visits_by_page:
                    window: {fixed: 5m}
                    group_by: [page]
                    where: {field: amount, is: present}
                    measures:
                      total: {type: sum, field: amount}
                      amounts: {type: quantiles, field: amount, at: [0.5, 0.99]}
                """)
            .toString();
  }

  private String show(String... options) {
    MillraceProcess.Result result = run(contract, options);
    assertThat(result.err(), result.exitCode(), is(0));
    return result.out();
  }

  private static MillraceProcess.Result run(String contract, String... options) {
    List<String> all = new ArrayList<>(List.of("contract", "show", contract));
    all.addAll(List.of(options));
    return MillraceCommand.run(all.toArray(String[]::new));
  }

  private static List<String> names(JsonNode list, String key) {
    List<String> names = new ArrayList<>();
    list.forEach(element -> names.add(element.at("/" + key).asText()));
    return names;
  }

  @Test
  void theSchemaOfAnEvent() throws Exception {
    JsonNode schema = JSON.readTree(show("--as=schema"));

    assertThat(schema.at("/properties/id/type").asText(), is("string"));
    assertThat(schema.at("/properties/request/properties/page/default").asText(), is("/"));
    assertThat(schema.at("/required").toString(), is("[\"id\",\"time\"]"));
  }

  @Test
  void theStatementsForClickHouse() {
    String ddl = show("--as=ddl", "--database=web");

    assertThat(
        ddl,
        allOf(
            startsWith("CREATE DATABASE IF NOT EXISTS `web`;\n\nCREATE TABLE IF NOT EXISTS"),
            containsString("CREATE TABLE IF NOT EXISTS `web`.`visits`\n"),
            containsString("CREATE VIEW IF NOT EXISTS `web`.`visits_exact`\n"),
            containsString("CREATE TABLE IF NOT EXISTS `web`.`visits_by_page`\n"),
            containsString("`page` LowCardinality(String)"),
            not(containsString("visits_error"))));
    assertThat(
        show("--as=ddl", "--table=visits_dead"),
        allOf(
            startsWith("CREATE TABLE IF NOT EXISTS `default`.`visits_dead`"),
            not(containsString("visits_late"))));
  }

  @Test
  void theTablesForBigQuery() throws Exception {
    JsonNode tables = JSON.readTree(show("--as=bigquery"));

    assertThat(
        names(tables, "tableReference/tableId").toString(),
        is("[visits, visits_late, visits_dead, visits_by_page, audit, audit_lost]"));
    assertThat(tables.at("/0/timePartitioning/field").asText(), is("at"));
    JsonNode columns = JSON.readTree(show("--as=bigquery", "--table=visits"));
    assertThat(columns, is(tables.at("/0/schema/fields")));
    assertThat(
        names(columns, "name").toString(),
        is("[id, at, at_extra_ns, page, amount, items, ingestion_time, extra, millrace]"));
  }

  @Test
  void aPageForPeople() {
    String page = show("--as=docs");

    assertThat(
        page,
        allOf(
            startsWith("# visits\n\nVisits of pages\n\nVersion 1. Format: `json`.\n"),
            containsString("| `page` | string | `request.page` | default `/` |\n"),
            containsString(
                "| `items` | array of record (sku string) | `items` | optional, empty if absent |\n"),
            containsString("- Two events with equal `id`, `at` are the same.\n"),
            containsString("- An event more than 1d ahead of its record is a dead letter.\n"),
            containsString("- No event reports an application error.\n"),
            containsString("| `visits` | accepted events | 30d | `id`, `at`,"),
            containsString("| `visits_dead` | dead letters | indefinitely | fixed |\n"),
            containsString(
                "A row for each group and window: windows of 5m, by `page`, where `amount` is"
                    + " present.\n"),
            containsString(
                "| `amounts_p50`, `amounts_p99` | quantiles of `amount` at 0.5, 0.99 |")));
  }

  @Test
  void anOpenDataContract() throws Exception {
    JsonNode odcs = new YAMLMapper().readTree(show("--as=odcs"));

    assertThat(odcs.at("/apiVersion").asText(), is("v3.1.0"));
    assertThat(odcs.at("/kind").asText(), is("DataContract"));
    assertThat(odcs.at("/version").isTextual(), is(true));
    assertThat(
        names(odcs.at("/schema"), "name").toString(), is("[visits, visits_late, visits_by_page]"));
    assertThat(
        odcs.at("/schema/0/properties/1").toString(),
        is(
            "{\"name\":\"at\",\"logicalType\":\"timestamp\",\"physicalType\":\"DateTime64(3,"
                + " 'UTC')\",\"required\":true,\"primaryKey\":true,\"primaryKeyPosition\":2,"
                + "\"partitioned\":true,\"partitionKeyPosition\":1,"
                + "\"description\":\"the event's time\"}"));
    assertThat(odcs.at("/slaProperties/0/value").asText(), is("30d"));
  }

  @Test
  void everyShippedContractCanBeShown() throws Exception {
    try (var files = Files.list(MillraceProcess.root().resolve("test-data/contracts"))) {
      for (Path file : files.toList()) {
        for (String as : List.of("ddl", "bigquery", "docs", "odcs")) {
          MillraceProcess.Result result = run(file.toString(), "--as=" + as);
          assertThat(file + " " + as + result.err(), result.exitCode(), is(0));
          assertThat(file + " " + as, result.out().length() > 500, is(true));
        }
      }
    }
  }

  private void refuses(String message, String... options) {
    MillraceProcess.Result result = run(contract, options);
    assertThat(result.exitCode(), is(2));
    assertThat(result.err(), containsString(message));
    assertThat(result.err().lines().count(), is(1L));
  }

  @Test
  void wrongUseIsOneLine() throws Exception {
    refuses(
        "--as: expected schema, ddl, bigquery, docs, odcs, grafana, grafana-health or prometheus, found xml",
        "--as=xml");
    refuses("Missing required option: '--as=WHAT'");
    refuses("--table: the contract has no table sales", "--as=ddl", "--table=sales");
    refuses("--table: the contract has no table sales", "--as=bigquery", "--table=sales");
    refuses("--table: only with --as=ddl and --as=bigquery", "--as=docs", "--table=visits");
    String csv =
        MillraceProcess.root().resolve("test-data/contracts/telegraf-lines.yaml").toString();
    MillraceProcess.Result result = run(csv, "--as=schema");
    assertThat(result.exitCode(), is(2));
    assertThat(result.err(), containsString("only for contracts of the format json"));
    Files.writeString(Path.of(contract), "contract: 1\n");
    assertThat(
        run(contract, "--as=docs").err(),
        containsString("visits.yaml:1:11: contract: expected a string"));
  }
}
