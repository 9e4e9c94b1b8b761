package io.millrace.enrich;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import io.millrace.contract.Contract;
import io.millrace.contract.compatibility.Compatibility;
import io.millrace.contract.compatibility.ContractDiff;
import io.millrace.contract.export.ContractPage;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Event;
import io.millrace.event.PipelineMetrics;
import io.millrace.event.SourceRecord;
import io.millrace.lookup.Lookups;
import io.millrace.transforms.DecodeEvents;
import io.millrace.transforms.DecodingStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricQueryResults;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Columns that are looked up are in the events that leave the decoder. */
@ExtendWith(TestPipelineExtension.class)
@Timeout(60)
class LookUpColumnsTest {
  @TempDir private Path directory;

  private String write(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content).toUri().toString();
  }

  private Contract contract(String onMissing, String more) throws IOException {
    String users =
        write("users.csv", "id,country,age\nu1,DE,44\nu2,,\n18446744073709551615,FR,5\n");
    String regions = write("regions.jsonl", "{\"code\":\"de\",\"region\":\"europe\"}\n");
    return ContractLoader.parse(
        """
        contract: c
        fields:
          at: {type: timestamp, format: epoch_s, required: true}
          id: {type: int64, required: true}
          user: {type: string}
        event_time: {field: at}
        identity: [at, id]
        lookups:
          users:
            from: %s
            key: user
            key_column: id
            columns: {country: country, age: {type: int32}}
            on_missing: %s
          regions: {from: %s, key: country.lowerAscii(), key_column: code, columns: [region]}
        derive:
          where: "region == null ? 'elsewhere' : region"
        %s
        """
            .formatted(users, onMissing, regions, more),
        "c.yaml");
  }

  private static SourceRecord record(int offset, String user) {
    String json = "{\"at\": 5, \"id\": %d, \"user\": %s}".formatted(offset, user);
    return new SourceRecord("t", 0, offset, null, json.getBytes(UTF_8), List.of(), 0, 0);
  }

  private static PCollection<String> rows(String step, PCollection<Event> events) {
    return events.apply(
        step,
        MapElements.into(TypeDescriptors.strings())
            .via((Event event) -> event.origin().offset() + " " + shown(event.row())));
  }

  private static String shown(Row row) {
    return "%s %s %s %s"
        .formatted(
            row.getString("country"),
            row.getInt32("age"),
            row.getString("region"),
            row.getString("where"));
  }

  private static PCollection<String> letters(PCollectionTuple decoded) {
    return DecodingStep.letters(decoded)
        .apply(
            "WithoutVersions",
            MapElements.into(TypeDescriptors.strings())
                .via((String letter) -> letter.replaceFirst("version \\w{8}", "version v")));
  }

  private static Map<String, Long> metrics(PipelineResult result) {
    MetricQueryResults all = result.metrics().queryMetrics(MetricsFilter.builder().build());
    Map<String, Long> metrics = new TreeMap<>();
    all.getGauges().forEach(g -> metrics.put(g.getName().getName(), g.getAttempted().getValue()));
    all.getCounters().forEach(c -> metrics.put(c.getName().getName(), c.getAttempted()));
    return metrics;
  }

  @Test
  void looksUpOneAfterTheOther(TestPipeline pipeline) throws Exception {
    Contract contract = contract("null", "");
    assertThat(Lookups.check(contract), is(List.of()));
    PCollectionTuple decoded =
        DecodingStep.of(
            pipeline,
            contract,
            List.of(
                record(1, "\"u1\""),
                record(2, "\"u2\""),
                record(3, "\"18446744073709551615\""),
                record(4, "\"u4\""),
                record(5, "null")));
    PAssert.that(rows("Rows", decoded.get(DecodeEvents.EVENTS)))
        .containsInAnyOrder(
            "1 DE 44 europe europe",
            "2 null null null elsewhere",
            "3 FR 5 null elsewhere",
            "4 null null null elsewhere",
            "5 null null null elsewhere");
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();
    Map<String, Long> metrics = metrics(result);
    assertThat(metrics.get(PipelineMetrics.LOOKUP_ROWS + "users"), is(3L));
    assertThat(metrics.get(PipelineMetrics.LOOKUP_MISSING + "users"), is(2L));
    assertThat(metrics.get(PipelineMetrics.LOOKUP_MISSING + "regions"), is(4L));
    assertThat(metrics.containsKey(PipelineMetrics.LOOKUP_VERSION + "users"), is(true));
    assertThat(metrics.containsKey(PipelineMetrics.LOOKUP_CHECKED + "users"), is(true));
  }

  @Test
  void anEventWithoutARowCanBeDead(TestPipeline pipeline) throws Exception {
    PCollectionTuple decoded =
        DecodingStep.of(
            pipeline,
            contract("dead", "filter: {young: age < 50}"),
            List.of(record(1, "\"u1\""), record(2, "\"u2\""), record(3, "\"u3\"")));
    PAssert.that(rows("Rows", decoded.get(DecodeEvents.EVENTS)))
        .containsInAnyOrder("2 null null null elsewhere");
    PAssert.that(rows("Filtered", DecodingStep.filtered(decoded)))
        .containsInAnyOrder("1 DE 44 europe europe");
    PAssert.that(letters(decoded))
        .containsInAnyOrder(
            "3 rule_failed lookups.users: no row for the key of this event (version v)");
    pipeline.run().waitUntilFinish();
  }

  @Test
  void looksUpUnsignedKeys() throws Exception {
    Contract contract =
        ContractLoader.parse(
            """
            contract: c
            fields: {at: {type: timestamp, required: true}, id: {type: uint64, required: true}}
            event_time: {field: at}
            identity: [at, id]
            lookups: {ids: {from: %s, key: id, columns: [country]}}
            """
                .formatted(write("ids.csv", "id,country\n18446744073709551615,FR\n")),
            "c.yaml");
    try (EventEnricher enricher = EventEnricher.withoutMetrics(contract)) {
      Row row =
          Row.withSchema(contract.decoded().schema())
              .addValues(Instant.EPOCH, -1L, Instant.EPOCH, null, "")
              .build();
      Event enriched = enricher.enrich(new Event(row, 1, 2, 0, record(1, "null")));
      assertThat(enriched.row().getString("country"), is("FR"));
      assertThat(
          enricher.additions().toString().replaceFirst("\\w{8}\\)", "v)"),
          is("[Addition[source=looked up in ids (version v), columns=[country]]]"));
    }
  }

  @Test
  void checkNamesWhatCannotBeLoaded() throws Exception {
    Contract contract = contract("null", "");
    Files.delete(directory.resolve("users.csv"));
    assertThat(
        Lookups.check(contract),
        is(
            List.of(
                "look-up users in "
                    + directory.resolve("users.csv").toUri()
                    + ": there is no such file")));
  }

  @Test
  void producersDoNotSeeColumnsThatAreLookedUp() throws Exception {
    Contract contract = contract("dead", "");
    assertThat(
        ContractDiff.of(contract.decoded(), contract).compatibility(), is(Compatibility.FULL));
    assertThat(
        ContractPage.of(contract),
        containsString(
            """
            ## Looked-up columns

            | column | type | look-up | key | source column | without a row |
            |---|---|---|---|---|---|
            | `country` | string | `users` | `user` | `country` | dead letter |
            | `age` | int32 | `users` | `user` | `age` | dead letter |
            | `region` | string | `regions` | `country.lowerAscii()` | `region` | null |
            """));
  }
}
