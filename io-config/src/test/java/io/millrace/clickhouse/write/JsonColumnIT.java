package io.millrace.clickhouse.write;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.startsWith;

import io.millrace.clickhouse.ClickHouseSink;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.clickhouse.encoding.InvalidRowException;
import io.millrace.clickhouse.encoding.RowBlockBuilder;
import io.millrace.clickhouse.encoding.TableRowWriter;
import io.millrace.clickhouse.schema.ClickHouseTable;
import io.millrace.clickhouse.write.BatchInserter.Task;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import io.millrace.fixtures.LocalClickHouseExtension;
import io.millrace.fixtures.TestEvents;
import io.millrace.local.clickhouse.LocalClickHouse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Fields stored as ClickHouse's JSON. */
@ExtendWith(LocalClickHouseExtension.class)
class JsonColumnIT {
  private static final Contract CONTRACT =
      ContractLoader.parse(
          """
          contract: docs
          version: 1
          format: json
          fields:
            id: {type: string, required: true}
            at: {type: timestamp, required: true}
            doc: {type: json, store_as: json}
            settings: {type: json, store_as: json, default: "{}"}
            raw: {type: json, store_as: text}
          event_time: {field: at}
          identity: [id, at]
          unknown_fields: {column: extra, as: json}
          tables:
            normal: {name: docs, columns: [id, at, doc, settings, raw, extra]}
            error: {name: docs_error, columns: [id, at, doc, extra]}
            late: {name: docs_late, columns: [id, at, doc, extra]}
            dead_letters: {name: docs_dead}
          """,
          "docs.yaml");
  private static final ClickHouseTable TABLE = ClickHouseTable.of(CONTRACT).get(0);

  private static ClickHouseSink sink(LocalClickHouse server, String database) {
    return ClickHouseSink.of(
        ClickHouseConfig.of(server.address(), database),
        CONTRACT,
        DeadLetterFactory.of(CONTRACT, "t", Clock.system()),
        Clock.system());
  }

  /** A batch of events whose document is given; null is no document. */
  private static Batch batch(String... docs) throws InvalidRowException {
    RowBlockBuilder builder = new RowBlockBuilder();
    for (int i = 0; i < docs.length; i++) {
      Map<String, Object> values = new LinkedHashMap<>();
      values.put("id", "" + (char) ('a' + i));
      values.put("at", Instant.ofEpochMilli(TestEvents.BASE_TIME));
      values.put("doc", docs[i]);
      values.put("raw", docs[i]);
      SourceRecord origin = TestEvents.origin(i, 5);
      Event event = TestEvents.event(CONTRACT, values, TestEvents.BASE_TIME, origin);
      builder.add(event.values(), TableRowWriter.of(CONTRACT.tables().normal()), 0, origin);
    }
    return Batch.of(List.of(builder.build()));
  }

  private static void insert(LocalClickHouse server, String database, Batch batch) {
    try (InsertClient client =
        new HttpInsertClient(ClickHouseConfig.of(server.address(), database))) {
      client.insert(TABLE, batch);
    }
  }

  @Test
  void isQueriedByPath(LocalClickHouse server) throws Exception {
    sink(server, "paths").prepare();
    assertThat(sink(server, "paths").check(), is(empty()));
    Batch batch =
        batch("{\"user\": {\"name\": \"é\"}, \"n\": [1, 2]}", null, "{ \"user\": {} }", "{}");
    insert(server, "paths", batch);
    insert(server, "paths", batch);
    assertThat(
        server
            .query(
                "SELECT id, doc, doc.user.name, settings, raw FROM paths.docs_exact ORDER BY id"
                    + " FORMAT TSVRaw")
            .lines()
            .toList(),
        contains(
            "a\t{\"n\":[1,2],\"user\":{\"name\":\"é\"}}\té\t{}"
                + "\t{\"user\": {\"name\": \"é\"}, \"n\": [1, 2]}",
            "b\t\\N\t\\N\t{}\t\\N",
            "c\t{}\t\\N\t{}\t{ \"user\": {} }",
            "d\t{}\t\\N\t{}\t{}"));
    assertThat(
        server.query("SELECT id FROM paths.docs_exact WHERE doc.user.name = 'é'"), is("a\n"));
  }

  @Test
  void itsOwnerMayGiveItParameters(LocalClickHouse server) throws Exception {
    sink(server, "parameters").prepare();
    server.query(
        "ALTER TABLE parameters.docs MODIFY COLUMN doc"
            + " Nullable(JSON(max_dynamic_paths=4, user.age UInt32, SKIP secret))");
    assertThat(sink(server, "parameters").check(), is(empty()));
    insert(server, "parameters", batch("{\"user\":{\"age\":7},\"secret\":1,\"p\":1}", null));
    assertThat(
        server.query("SELECT doc, doc.user.age FROM parameters.docs ORDER BY id FORMAT TSVRaw"),
        is("{\"p\":1,\"user\":{\"age\":7}}\t7\n\\N\t\\N\n"));
    server.query("ALTER TABLE parameters.docs MODIFY COLUMN settings String");
    assertThat(
        sink(server, "parameters").check(),
        contains(
            startsWith("table parameters.docs, column settings: expected JSON, found String")));
  }

  @Test
  void whatCannotBeTakenApartIsRefusedAndTheOthersAreWritten(LocalClickHouse server)
      throws Exception {
    sink(server, "json_refused").prepare();
    List<String> refused = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    List<String> good = List.of("{\"a\":1}", "{\"a\":{\"b\":2}}", "{\"a\":\"x\",\"a.b\":[]}");
    String[] docs = {
      good.get(0),
      "{\"a\":{\"b\":1},\"a.b\":2}",
      good.get(1),
      "{\"n\":123456789012345678901234567890}",
      "{\"n\":1e400}",
      "{\"a\":".repeat(1100) + "1" + "}".repeat(1100),
      good.get(2),
      "[1]",
      "{\"v\":{\"big\":18446744073709551615,\"bigger\":[1,18446744073709551616]}}",
    };
    try (InsertClient client =
        new HttpInsertClient(ClickHouseConfig.of(server.address(), "json_refused"))) {
      new BatchInserter(client, Clock.system(), millis -> sleepless())
          .write(
              TABLE,
              Task.first(batch(docs)),
              true,
              new BatchInserter.Listener() {
                @Override
                public void written(Batch part, long millis) {}

                @Override
                public void refused(Batch row, String reason) {
                  refused.add("" + row.firstOrigin().offset());
                  reasons.add(reason);
                }

                @Override
                public void retried() {}
              });
    }
    assertThat(refused, contains("1", "3", "4", "5", "7", "8"));
    String sameKeys =
        ": another key has the same path, because type JSON treats a dot in a key as a separator";
    assertThat(
        reasons,
        contains(
            is("ClickHouse: column doc, path a.b" + sameKeys),
            is("ClickHouse: column doc, path n: a whole number beyond 64 bits"),
            is("ClickHouse: column doc, path n: a number beyond the range of Float64"),
            matchesPattern(
                "ClickHouse: column doc, path (a\\.)+…: nested in more than 1000 levels"),
            is("ClickHouse: column doc: expected an object for a column of type JSON"),
            is("ClickHouse: column doc, path v.bigger[1]: a whole number beyond 64 bits")));
    assertThat(
        server.query("SELECT groupArray(id) FROM (SELECT id FROM json_refused.docs ORDER BY id)"),
        is("['a','c','g']\n"));
  }

  private static void sleepless() {
    throw new AssertionError("nothing is to be waited for");
  }
}
