package io.millrace.cli.audit;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.cli.MillraceCommand;
import io.millrace.cli.MillraceProcess;
import io.millrace.testdata.manifest.ManifestEntry;
import io.millrace.verify.TableCount;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A log that is generated, run and audited; then damaged in every way there is, and read again. The
 * tests are in order: each mends what it has damaged.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AuditIT {
  @TempDir private static Path directory;
  private static AuditedLog audited;

  @BeforeAll
  static void generateAndRun() throws Exception {
    audited = new AuditedLog(directory);
  }

  @Test
  @Order(1)
  void everyRecordHasItsOutcomeAndEveryEventItsRow() throws Exception {
    audited.assertAllAudited(audited.withManifest(true));
    audited.assertAllAudited(audited.withManifest(true, "--input=" + audited.topic()));
    MillraceProcess.Result text = audited.audit("--manifest=" + audited.manifest());
    assertThat(text.out(), containsString("Audit      read 4,000 = accepted "));
    assertThat(text.out(), containsString("every event has the expected outcome and values\nOK"));
  }

  @Test
  @Order(2)
  void aPartOfTheTime() throws Exception {
    List<Long> times = audited.entries().stream().map(ManifestEntry::sentAt).sorted().toList();
    Instant from = Instant.ofEpochMilli(times.get(AuditedLog.RECORDS / 4));
    Instant to = Instant.ofEpochMilli(times.get(AuditedLog.RECORDS * 3 / 4));
    long inside =
        times.stream().filter(t -> t >= from.toEpochMilli() && t < to.toEpochMilli()).count();
    for (String input : List.of("--input=" + audited.topic(), "--examples=3")) {
      JsonNode part = audited.withManifest(true, input, "--from=" + from, "--to=" + to);
      assertThat(part.path("outcomes").path("read").asLong(), is(inside));
      assertThat(part.path("differences").asInt(-1), is(0));
      assertThat("only dead letters know their arrival", part.path("tables").size(), is(1));
    }
    assertThat(
        audited.withManifest(true, "--to=" + from).path("outcomes").path("read").asLong()
            + audited.withManifest(true, "--from=" + to).path("outcomes").path("read").asLong(),
        is(AuditedLog.RECORDS - inside));
  }

  @Test
  @Order(3)
  void aRowThatIsGone() throws Exception {
    audited.damaged(
        "sink_output",
        () -> {
          ManifestEntry gone = audited.first(io.millrace.testdata.manifest.Outcome.ACCEPTED);
          audited.mutate(
              "sink_output",
              "DELETE WHERE query_id = '"
                  + gone.queryId()
                  + "' AND "
                  + "toUnixTimestamp64Milli(event_time) = "
                  + gone.eventTime()
                  + " AND event_type = '"
                  + gone.eventType()
                  + "'");
          JsonNode report = audited.withManifest(false);
          assertThat(AuditedLog.kinds(report), is(Map.of("missing", 1)));
          assertThat(
              AuditedLog.examples(report, "missing"),
              is(List.of(gone.identity() + ": expected in sink_output")));
          assertThat(report.path("tables").get(0).path("verdict").asText(), is("different"));
          MillraceProcess.Result withoutManifest = audited.audit();
          assertThat(withoutManifest.exitCode(), is(1));
          assertThat(withoutManifest.out(), containsString(": NOT as audited\n"));
          assertThat(withoutManifest.out(), endsWith("\nFAILED\n"));
        });
  }

  /** Fewer rows than late records are repeats only if each late record's time has a row. */
  @Test
  @Order(3)
  void aLateRowThatIsGone() throws Exception {
    audited.damaged(
        "late_events",
        () -> {
          audited.mutate(
              "late_events",
              "DELETE WHERE event_time IN (SELECT event_time FROM "
                  + AuditedLog.QUOTED
                  + ".late_events GROUP BY event_time HAVING count() = 1 ORDER BY event_time LIMIT 1)");
          assertThat(
              audited.report(false).path("tables").get(2).path("verdict").asText(),
              is("different"));
        });
    audited.report(true);
  }

  /** A TTL excuses only rows whose TTL has passed. */
  @Test
  @Order(3)
  void aRowThatNoTtlCanHaveRemoved() throws Exception {
    Path contract = directory.resolve("with-ttl.yaml");
    Files.writeString(
        contract,
        Files.readString(Path.of(MillraceProcess.contract("query-events.yaml").substring(11)))
            .replace("name: sink_output\n", "name: sink_output\n    ttl: 1825d\n"));
    audited.damaged(
        "sink_output",
        () -> {
          assertThat(audited.audit(contract).ok(), is(true));
          audited.mutate(
              "sink_output",
              "DELETE WHERE event_time IN (SELECT max(event_time) FROM "
                  + AuditedLog.QUOTED
                  + ".sink_output)");
          AuditReport report = audited.audit(contract);
          assertThat(report.toText(), report.ok(), is(false));
          assertThat(report.audit().tables().get(0).verdict(), is(TableCount.Verdict.DIFFERENT));
        });
  }

  @Test
  @Order(4)
  void aRowThatNobodySentAndOneInTheWrongTable() throws Exception {
    audited.damaged(
        "sink_output",
        () -> {
          audited.sql(
              "INSERT INTO @sink_output SELECT * REPLACE ('nobody' AS query_id) FROM"
                  + " @sink_output_exact LIMIT 1");
          ManifestEntry moved = audited.first(io.millrace.testdata.manifest.Outcome.ERROR);
          audited.sql(
              "INSERT INTO @sink_output (query_id, event_type, event_time) SELECT query_id,"
                  + " event_type, event_time FROM @error_events_exact WHERE query_id = '"
                  + moved.queryId()
                  + "' AND event_type = '"
                  + moved.eventType()
                  + "'"
                  + " AND toUnixTimestamp64Milli(event_time) = "
                  + moved.eventTime());
          audited.damaged(
              "error_events",
              () -> {
                audited.mutate(
                    "error_events",
                    "DELETE WHERE query_id = '"
                        + moved.queryId()
                        + "' AND "
                        + "toUnixTimestamp64Milli(event_time) = "
                        + moved.eventTime()
                        + " AND event_type = '"
                        + moved.eventType()
                        + "'");
                JsonNode report = audited.withManifest(false);
                assertThat(AuditedLog.kinds(report), is(Map.of("extra", 1, "wrong_outcome", 1)));
                assertThat(AuditedLog.examples(report, "extra").get(0), containsString("nobody|"));
                assertThat(
                    AuditedLog.examples(report, "wrong_outcome"),
                    is(
                        List.of(
                            moved.identity()
                                + ": expected in error_events, found in sink_output")));
              });
        });
  }

  @Test
  @Order(5)
  void aValueThatWasChanged() throws Exception {
    audited.damaged(
        "sink_output",
        () -> {
          ManifestEntry changed = audited.first(io.millrace.testdata.manifest.Outcome.ACCEPTED);
          audited.mutate(
              "sink_output",
              "UPDATE query_text = 'x' WHERE query_id = '"
                  + changed.queryId()
                  + "' AND event_type = '"
                  + changed.eventType()
                  + "'"
                  + " AND toUnixTimestamp64Milli(event_time) = "
                  + changed.eventTime());
          JsonNode report = audited.withManifest(false);
          assertThat(AuditedLog.kinds(report), is(Map.of("wrong_values", 1)));
          assertThat(
              AuditedLog.examples(report, "wrong_values").get(0),
              containsString(changed.identity()));
        });
    audited.damaged(
        "dead_letters",
        () -> {
          audited.mutate(
              "dead_letters",
              "UPDATE code = 'other' WHERE offset = (SELECT min(offset) FROM "
                  + AuditedLog.QUOTED
                  + ".dead_letters_exact)");
          assertThat(
              AuditedLog.kinds(audited.withManifest(false)).keySet(), is(Set.of("wrong_values")));
        });
  }

  @Test
  @Order(6)
  void anOutcomeThatIsGoneOrAnother() throws Exception {
    audited.damaged(
        "audit_batches",
        () -> {
          audited.forget("partition = 1 AND offset IN (10, 11, 20)");
          JsonNode report = audited.report(false);
          assertThat(report.path("balanced").asBoolean(), is(false));
          assertThat(report.path("outcomes").path("read").asInt(), is(AuditedLog.RECORDS));
          assertThat(report.path("without_outcome").asInt(), is(3));
          assertThat(
              report.path("without_outcome_at").toString(),
              is("[\"audited/1@10-11\",\"audited/1@20\"]"));
          assertThat(audited.audit().out(), containsString("compaction) count: add --input\n"));
          assertThat(AuditedLog.kinds(audited.withManifest(false)).keySet(), hasItem("minute"));
          // The last ones: only the log knows that they were there.
          audited.forget("partition = 0 AND offset > 50");
          assertThat(audited.report(false).path("without_outcome").asInt(), is(3));
          JsonNode log = audited.report(false, "--input=" + audited.topic());
          assertThat(log.path("outcomes").path("read").asInt(), is(AuditedLog.RECORDS));
          assertThat(
              log.path("without_outcome_at").get(0).asText(), containsString("audited/0@51-"));
        });
    audited.damaged(
        "audit_batches",
        () -> {
          AuditDamage.add(
              audited::sql,
              "@audit",
              "(SELECT * REPLACE ('accepted' AS outcome) FROM (SELECT * FROM @audit_exact"
                  + " WHERE outcome = 'duplicate' LIMIT 1))");
          JsonNode report = audited.withManifest(false);
          assertThat(report.path("balanced").asBoolean(), is(true));
          assertThat(AuditedLog.kinds(report).get("duplicates"), is(1));
        });
  }

  @Test
  @Order(7)
  void readAgainItIsStillExact() throws Exception {
    // Damage that a second reading mends: a record's outcome is that of its last reading.
    audited.forget("offset % 7 = 3");
    String newest = audited.number("max(toUnixTimestamp64Milli(written_at))");
    audited.run();
    audited.assertAllAudited(audited.withManifest(true, "--input=" + audited.topic()));
    assertThat(
        "every row has been replaced",
        audited.number("countIf(toUnixTimestamp64Milli(written_at) <= " + newest + ")"),
        is("0"));
  }

  @Test
  @Order(8)
  void aRowThatTheTableRefusesIsADeadLetter() throws Exception {
    ManifestEntry refused = audited.first(io.millrace.testdata.manifest.Outcome.ACCEPTED);
    audited.sql("CREATE DATABASE refusing");
    audited.sql("CREATE TABLE refusing.sink_output AS @sink_output");
    audited.sql(
        "ALTER TABLE refusing.sink_output ADD CONSTRAINT c CHECK query_id != '"
            + refused.queryId()
            + "'");
    long rows =
        audited.entries().stream()
            .filter(e -> e.outcome() == io.millrace.testdata.manifest.Outcome.ACCEPTED)
            .filter(e -> e.queryId().equals(refused.queryId()))
            .count();
    String output = audited.output().replace(AuditedLog.DB, "refusing");
    audited.run(output);
    JsonNode report = audited.withManifest(false, output);
    assertThat("the equation and the tables agree", report.path("balanced").asBoolean(), is(true));
    report.path("tables").forEach(t -> assertThat(t.path("verdict").asText(), not("different")));
    assertThat(
        report.path("outcomes").path("dead").asLong(),
        is(
            rows
                + audited.entries().stream()
                    .filter(e -> e.outcome().label().equals("dead"))
                    .count()));
    assertThat((long) AuditedLog.kinds(report).get("wrong_outcome"), is(rows));
    assertThat(
        AuditedLog.examples(report, "wrong_outcome"),
        hasItem(
            refused.identity()
                + ": expected in sink_output, found as dead letter refused_by_sink"));
    assertThat(AuditedLog.kinds(report).keySet(), is(Set.of("minute", "wrong_outcome")));
  }

  @Test
  @Order(9)
  void aLogThatHasNotBeenReadToItsEnd() throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", audited.stack().kafka().address(), "transactional.id", "more"),
            new StringSerializer(),
            new StringSerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      Future<RecordMetadata> sent =
          producer.send(new ProducerRecord<>("audited", 2, null, "one more"));
      // Its mark takes an offset and is no record.
      producer.commitTransaction();
      sent.get();
    }
    assertThat(
        "the audit knows nothing of it",
        audited.withManifest(true).path("ok").asBoolean(),
        is(true));
    JsonNode report = audited.report(false, "--input=" + audited.topic());
    assertThat(report.path("outcomes").path("read").asInt(), is(AuditedLog.RECORDS + 1));
    assertThat(report.path("without_outcome").asInt(), is(1));
  }

  @Test
  @Order(10)
  void whatCannotBeAuditedIsSaidInOneLine() throws Exception {
    MillraceProcess.Result none =
        MillraceCommand.run(
            "audit",
            "--output="
                + audited
                    .output()
                    .substring("--output=".length())
                    .replace(AuditedLog.DB, "default"),
            MillraceProcess.contract("query-events.yaml"));
    assertThat(none.exitCode(), is(2));
    assertThat(none.errLines().size(), is(1));
    assertThat(none.err(), containsString("there is no audit table `audit`"));
    MillraceProcess.Result wrong =
        MillraceCommand.run(
            "audit",
            "--output=clickhouse://x",
            "--from=yesterday",
            "--to=2026-03-01",
            "--manifest=" + directory.resolve("none"),
            "--examples=-1",
            "--clickHousePassword=hunter2");
    assertThat(wrong.exitCode(), is(2));
    assertThat(wrong.err(), wrong.errLines().size(), is(7));
    assertThat(wrong.err(), containsString("--contract is missing"));
    assertThat(wrong.err(), containsString("--from: expected an instant"));
    assertThat(wrong.err().contains("hunter2"), is(false));
    MillraceProcess.Result other =
        MillraceCommand.run(
            "audit",
            audited.output(),
            MillraceProcess.contract("user-events.yaml"),
            "--manifest=" + audited.manifest());
    assertThat(other.exitCode(), is(2));
    assertThat(other.err(), containsString("lacks the fields query_id"));
  }
}
