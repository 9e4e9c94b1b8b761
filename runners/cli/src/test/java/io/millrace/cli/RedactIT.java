package io.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.is;

import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Personal data in every place of a record is in nothing that a run writes, on both runners. */
class RedactIT {
  private static final String NAME = "Jane Q. Public";
  private static final String EMAIL = "jane.public@mail.example";
  private static final String PHONE = "+49 170 7654321";
  private static final String CARD = "4111-1111-2222-3333";
  private static final String HEALTH = "treated for gout";
  private static final List<String> PERSONAL = List.of(NAME, EMAIL, PHONE, CARD, HEALTH);
  private static final SecretSearch SEARCH = new SecretSearch(PERSONAL);
  private static final String KEY = "Zq8-a-key-that-only-workers-know";

  private static LocalStack stack;
  private static long sent;
  @TempDir private Path directory;

  @BeforeAll
  static void sendEvents() throws Exception {
    stack = SharedStack.clean();
    Instant now = Instant.now().minusSeconds(600);
    List<String> values = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      String start = "{\"id\":\"%s-%d\",\"at\":\"%s\"".formatted(EMAIL, i, now.plusMillis(i));
      String who = ",\"name\":\"" + NAME + "\",\"contact\":{\"mail\":\"" + EMAIL + "\"}";
      values.add(start + who + ",\"note\":\"call " + PHONE + " about " + CARD + "\"}");
      values.add(start + who + ",\"" + EMAIL + "\":{\"" + PHONE + "\":[\"" + CARD + "\"]}}");
      values.add(
          start.replace("-" + i + "\"", "-e" + i + "\"")
              + who
              + ",\"fault\":\""
              + EMAIL
              + " failed\"}");
      values.add(
          start.replace("-" + i + "\"", "-m" + i + "\"")
              + ",\"tags\":{\""
              + EMAIL
              + "\":\""
              + PHONE
              + "\"},\"visits\":[{\"why\":\""
              + HEALTH
              + "\"}]}");
      values.add(start.replace("-" + i + "\"", "-f" + i + "\"") + who + ",\"kind\":\"test\"}");
      // ClickHouse refuses two keys for one path
      values.add(
          start.replace("-" + i + "\"", "-r" + i + "\"")
              + who
              + ",\"doc\":{\"a\":{\"b\":1},\"a.b\":2,\"mail\":\""
              + EMAIL
              + "\"}}");
      // Late
      values.add("{\"id\":\"l" + i + "\",\"at\":\"2020-01-01T00:00:00Z\"" + who + "}");
      // Dead
      values.add(start + who + ",\"size\":\"" + CARD + "\"}");
      values.add("{\"name\":[\"" + NAME + "\"],\"other\":\"" + EMAIL + "\"}");
      values.add(start + who);
      values.add(NAME + ", " + EMAIL + ", " + HEALTH);
      values.add(start + ",\"sums\":{\"" + EMAIL + "\":\"many\"},\"visits\":\"" + HEALTH + "\"}");
    }
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", stack.kafka().address()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (String value : values) {
        producer
            .send(
                new ProducerRecord<>(
                    "redact",
                    0,
                    null,
                    NAME.getBytes(UTF_8),
                    value.getBytes(UTF_8),
                    List.of(new RecordHeader("user", EMAIL.getBytes(UTF_8)))))
            .get();
      }
    }
    sent = values.size();
  }

  private List<String> flags(String database) throws Exception {
    Path key = Files.writeString(directory.resolve("key"), KEY);
    Path contract =
        Files.writeString(
            directory.resolve("contract.yaml"),
            """
            contract: people
            fields:
              id: {type: string, required: true}
              at: {type: timestamp, required: true}
              name: {type: string}
              mail: {path: contact.mail, type: string}
              note: {type: text}
              fault: {type: string}
              kind: {type: string, default: ""}
              size: {type: int32}
              doc: {type: json, store_as: json}
              tags: {type: map}
              sums: {type: map, values: int64}
              visits: {type: array, items: {type: record, fields: {why: {type: string}}}}
            event_time: {field: at, allowed_lateness: 1h}
            identity: [id, at]
            error: {field: fault, is: present}
            filter: {tests: kind == 'test'}
            redact:
              - {field: name, do: hash, key: 'file:%1$s'}
              - {field: mail, do: mask, keep: 8}
              - {path: 'visits.*.why', do: remove}
              - {pattern: '[\\w.+-]+@[\\w-]+\\.[\\w.-]+', do: mask, key: 'file:%1$s'}
              - {pattern: '\\+?\\d[\\d ()-]{8,}\\d', do: mask, key: 'file:%1$s'}
            dead_letters: {bytes: encrypt, key: 'file:%1$s'}
            tables: {normal: {name: people}, error: {name: faults}}
            rollups:
              people_by_name:
                window: {fixed: 1m}
                group_by: [name]
                measures: {people: {type: distinct, field: mail}, first: {type: count}}
            """
                .formatted(key));
    Files.createDirectories(directory.resolve("dead"));
    return List.of(
        "--input=kafka://" + stack.kafka().address() + "/redact",
        "--output=clickhouse" + stack.clickHouse().address().substring(4) + "/" + database,
        "--contract=" + contract,
        "--deadLetters=table,file://" + directory.resolve("dead") + "/");
  }

  private static MillraceProcess.Result run(String name, List<String> flags, String... more)
      throws InterruptedException {
    List<String> args = new ArrayList<>(List.of(name));
    args.addAll(flags);
    args.addAll(List.of(more));
    return MillraceProcess.run(
        Map.of(), List.of("-Dmillrace.log=TRACE"), args.toArray(String[]::new));
  }

  private static long count(String sql) {
    return Long.parseLong(stack.clickHouse().query(sql).strip());
  }

  @Test
  void onTheDirectRunner() throws Exception {
    check("direct_redact", List.of());
  }

  @Test
  void onFlink() throws Exception {
    check("flink_redact", List.of("--state=" + directory.resolve("state")));
  }

  private void check(String database, List<String> more) throws Exception {
    List<String> flags = flags(database);
    List<String> all = new ArrayList<>(flags);
    all.addAll(more);
    MillraceProcess.Result run = run("run", all, "--untilCaughtUp");
    assertThat(run.out() + run.err(), run.exitCode(), is(0));
    MillraceProcess.Result audit = run("audit", flags);
    assertThat(audit.out() + audit.err(), audit.exitCode(), is(0));
    for (MillraceProcess.Result result : List.of(run, audit)) {
      assertThat(SEARCH.in("stdout", result.out()), empty());
      assertThat(SEARCH.in("stderr", result.err()), empty());
    }
    searchTables(database);
    searchFiles();
    // Of three records with one identity two are duplicates or dead.
    assertThat(count("SELECT count() FROM " + database + ".audit"), is(sent));
    assertThat(
        "the sink refuses rows",
        count("SELECT count() FROM " + database + ".people_dead WHERE code = 'refused_by_sink'"),
        is(20L));
    assertThat(count("SELECT count() FROM " + database + ".people_late"), greaterThan(0L));
    assertThat(
        "equal names stay equal",
        count("SELECT uniqExact(name) FROM " + database + ".people WHERE name != ''"),
        is(1L));
    assertThat(
        "different identities stay different",
        count("SELECT uniqExact(id) FROM " + database + ".people"),
        is(count("SELECT count() FROM " + database + ".people_exact")));
    explainAnEncryptedOne(database, flags.get(2));
  }

  private static void searchTables(String database) {
    List<String> tables =
        stack
            .clickHouse()
            .query("SELECT name FROM system.tables WHERE database = '" + database + "'")
            .lines()
            .toList();
    assertThat(
        tables,
        hasItems("people", "faults", "people_late", "people_dead", "people_by_name", "audit"));
    for (String table : tables) {
      String rows =
          stack.clickHouse().query("SELECT * FROM " + database + ".`" + table + "` FORMAT TSVRaw");
      assertThat(SEARCH.in("table " + table, rows), empty());
    }
  }

  private void searchFiles() throws Exception {
    int files = 0;
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        assertThat(SEARCH.in(file.toString(), Files.readAllBytes(file)), empty());
        files++;
      }
    }
    assertThat("dead letters are in files", files, greaterThan(2));
  }

  private void explainAnEncryptedOne(String database, String contract) throws Exception {
    String sealed =
        stack
            .clickHouse()
            .query(
                "SELECT base64Encode(value) FROM "
                    + database
                    + ".people_dead WHERE code = 'malformed_json' LIMIT 1");
    Path file = Files.writeString(directory.resolve("sealed.txt"), sealed);
    MillraceProcess.Result result =
        MillraceCommand.run("explain", contract, "--decrypt", file.toString());
    assertThat(result.err(), result.exitCode(), is(0));
    assertThat(result.out(), containsString(EMAIL));
    MillraceProcess.Result explained = MillraceCommand.run("explain", contract, file.toString());
    assertThat(explained.out(), containsString("dead, malformed_json"));
  }
}
