package io.millrace.testdata.generate;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.testdata.manifest.ManifestEntry;
import io.millrace.testdata.manifest.Outcome;
import io.millrace.testdata.sink.GeneratedRecord;
import io.millrace.testdata.workload.EventType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ValidEventsTest {
  private static List<GeneratedRecord> valid;

  @BeforeAll
  static void generate() {
    valid =
        Generated.records(Generated.mixed(20_000).hotKey(0.05).build()).stream()
            .filter(Generated::isValid)
            .toList();
  }

  @Test
  void areValid() throws IOException {
    for (GeneratedRecord record : valid) {
      assertThat(record.entry().identity(), StrictDecoder.faults(record.value()), empty());
    }
  }

  @Test
  void haveOneToFiveKilobytes() {
    int[] sizes = valid.stream().mapToInt(record -> record.value().length).sorted().toArray();
    assertThat(sizes[0], greaterThanOrEqualTo(1024));
    assertThat(sizes[sizes.length - 1], lessThanOrEqualTo(5120));
    assertThat("spread", sizes[sizes.length / 10], lessThan(1400));
    assertThat("spread", sizes[sizes.length * 9 / 10], greaterThan(2800));
    for (GeneratedRecord record : valid) {
      assertThat(record.entry().bytes(), is(record.value().length));
    }
  }

  @Test
  void matchTheManifest() throws Exception {
    for (GeneratedRecord record : valid) {
      JsonNode event = StrictDecoder.STRICT.readTree(record.value());
      JsonNode metadata = event.path("metadata");
      ManifestEntry entry = record.entry();
      assertThat(entry.queryId(), is(event.get("query_id").textValue()));
      assertThat(new String(record.key(), StandardCharsets.UTF_8), is(entry.queryId()));
      assertThat(entry.eventType(), is(event.get("event_type").textValue()));
      assertThat(entry.eventTime(), is(time(event)));
      assertThat(entry.database(), is(metadata.path("database").asText("")));
      assertThat(entry.userId(), is(metadata.path("user_id").asText("")));
      assertThat(entry.durationMs(), is(metadata.path("duration_ms").asLong(0)));
      assertThat(entry.rowsAffected(), is(metadata.path("rows_affected").asLong(0)));
      assertThat(entry.hasError(), is(metadata.hasNonNull("error")));
      assertThat(
          entry.identity(),
          is(entry.queryId() + "|" + entry.eventType() + "|" + entry.eventTime()));
      assertThat(entry.sha256(), is(sha256(record.value())));
      assertThat(entry.rowSha256(), is(sha256(row(record.value(), event))));
    }
  }

  @Test
  void reportAnErrorIfTheOutcomeIsError() {
    for (GeneratedRecord record : valid) {
      if (record.entry().outcome() == Outcome.ERROR) {
        assertThat(record.entry().hasError(), is(true));
      } else if (record.entry().outcome() == Outcome.ACCEPTED) {
        assertThat(record.entry().hasError(), is(false));
      }
    }
  }

  @Test
  void goToThePartitionOfKafkasDefaultPartitioner() {
    for (GeneratedRecord record : valid) {
      int partition = Utils.toPositive(Utils.murmur2(record.key())) % Generated.PARTITIONS;
      assertThat(record.partition(), is(partition));
      assertThat(record.entry().partition(), is(partition));
    }
  }

  @Test
  void coverTheVarietyOfRealEvents() throws IOException {
    Set<String> seen = new TreeSet<>();
    for (GeneratedRecord record : valid) {
      String text = new String(record.value(), StandardCharsets.UTF_8);
      JsonNode event = StrictDecoder.STRICT.readTree(record.value());
      JsonNode metadata = event.path("metadata");
      JsonNode error = metadata.path("error");
      seen.add("payload " + event.path("payload").getNodeType());
      seen.add("error " + error.getNodeType());
      seen.add(text.contains("ß") ? "raw umlaut" : "plain");
      seen.add(text.contains("🚀") ? "raw emoji" : "plain");
      seen.add(text.contains("\\ud83d\\ude80") ? "escaped emoji" : "plain");
      seen.add(text.contains("東京") ? "raw CJK" : "plain");
      seen.add(event.path("timestamp").textValue().endsWith("Z") ? "UTC" : "other offset");
      seen.add(metadata.has("trace_id") ? "unknown in metadata" : "plain");
      seen.add(event.has("trace_id") ? "unknown at the top" : "plain");
      for (String name : List.of("user_id", "database", "duration_ms", "rows_affected")) {
        seen.add(!metadata.isMissingNode() && !metadata.has(name) ? "no " + name : "plain");
      }
      seen.add(event.has("query_text") ? "plain" : "no query_text");
      seen.add(metadata.isMissingNode() ? "no metadata" : "plain");
    }
    assertThat(
        seen,
        hasItems(
            "payload STRING",
            "payload OBJECT",
            "payload ARRAY",
            "payload NUMBER",
            "payload MISSING",
            "error STRING",
            "error OBJECT",
            "error NULL",
            "error MISSING",
            "raw umlaut",
            "raw emoji",
            "escaped emoji",
            "raw CJK",
            "UTC",
            "other offset",
            "unknown in metadata",
            "unknown at the top",
            "no user_id",
            "no database",
            "no duration_ms",
            "no rows_affected",
            "no query_text",
            "no metadata"));
  }

  @Test
  void identitiesAreUniqueExceptDuplicatesAndRepeatedLateEvents() {
    Map<String, GeneratedRecord> first = new HashMap<>();
    int lateTwice = 0;
    int threeCopies = 0;
    Map<String, Integer> copies = new HashMap<>();
    for (GeneratedRecord record : valid) {
      GeneratedRecord before = first.putIfAbsent(record.entry().identity(), record);
      Outcome outcome = record.entry().outcome();
      if (before == null) {
        assertThat(outcome == Outcome.DUPLICATE, is(false));
        assertThat(record.headers().get("attempt"), is("1"));
      } else {
        assertThat(outcome == Outcome.DUPLICATE || outcome == Outcome.LATE, is(true));
        assertThat(outcome == Outcome.LATE, is(before.entry().outcome() == Outcome.LATE));
        assertThat(record.value(), is(before.value()));
        assertThat(record.key(), is(before.key()));
        assertThat(record.partition(), is(before.partition()));
        int copy = copies.merge(record.entry().identity(), 1, Integer::sum) + 1;
        assertThat(record.headers().get("attempt"), is(Integer.toString(copy)));
        lateTwice += outcome == Outcome.LATE ? 1 : 0;
        threeCopies += copy == 3 ? 1 : 0;
      }
    }
    assertThat(lateTwice, greaterThan(10));
    assertThat(threeCopies, greaterThan(10));
  }

  @Test
  void queriesKeepTheOrderOfTheirSteps() {
    Map<String, ManifestEntry> last = new HashMap<>();
    Set<String> complete = new HashSet<>();
    Set<String> failed = new HashSet<>();
    for (GeneratedRecord record : valid) {
      ManifestEntry entry = record.entry();
      boolean onTime = entry.outcome() == Outcome.ACCEPTED || entry.outcome() == Outcome.ERROR;
      if (!onTime || entry.queryId().startsWith("q-hot")) {
        continue;
      }
      ManifestEntry before = last.put(entry.queryId(), entry);
      EventType expected = before == null ? EventType.QUERY_STARTED : after(before.eventType());
      assertThat(entry.eventType(), is(expected.text()));
      assertThat("an error ends a query", failed.contains(entry.queryId()), is(false));
      if (before != null) {
        assertThat(entry.eventTime(), greaterThanOrEqualTo(before.eventTime()));
        // An absent number is also 0.
        if (entry.durationMs() > 0) {
          assertThat(entry.durationMs(), greaterThan(before.durationMs()));
        }
        if (entry.rowsAffected() > 0) {
          assertThat(entry.rowsAffected(), greaterThanOrEqualTo(before.rowsAffected()));
        }
      }
      if (entry.hasError()) {
        failed.add(entry.queryId());
      }
      if (expected == EventType.RESULTS_FETCHED) {
        complete.add(entry.queryId());
      }
    }
    assertThat(complete.size(), allOf(greaterThan(1000), lessThan(valid.size() / 5)));
    assertThat(failed.size(), greaterThan(500));
  }

  private static EventType after(String type) {
    EventType[] all = EventType.values();
    for (int i = 0; i < all.length - 1; i++) {
      if (all[i].text().equals(type)) {
        return all[i + 1];
      }
    }
    throw new AssertionError("nothing follows " + type);
  }

  private static long time(JsonNode event) {
    return OffsetDateTime.parse(event.get("timestamp").textValue()).toInstant().toEpochMilli();
  }

  private static byte[] row(byte[] value, JsonNode event) throws IOException {
    JsonNode metadata = event.path("metadata");
    JsonNode error = metadata.path("error");
    byte[] errorColumn =
        error.isTextual() || error.isNull() || error.isMissingNode()
            ? utf8(error.asText("").equals("null") ? "" : error.asText(""))
            : slice(value, "metadata", "error");
    List<byte[]> columns =
        List.of(
            utf8(event.get("query_id").textValue()),
            utf8(event.get("event_type").textValue()),
            utf8(event.path("query_text").asText("")),
            utf8(metadata.path("user_id").asText("")),
            utf8(metadata.path("database").asText("")),
            utf8(Long.toString(metadata.path("duration_ms").asLong(0))),
            utf8(Long.toString(metadata.path("rows_affected").asLong(0))),
            event.has("payload") ? slice(value, "payload") : new byte[0],
            errorColumn,
            utf8(Long.toString(time(event))));
    ByteArrayOutputStream row = new ByteArrayOutputStream();
    for (int i = 0; i < columns.size(); i++) {
      if (i > 0) {
        row.write(0x1F);
      }
      row.write(columns.get(i));
    }
    return row.toByteArray();
  }

  /** The bytes of the value at this path of the event. */
  private static byte[] slice(byte[] json, String... path) throws IOException {
    try (JsonParser parser = StrictDecoder.STRICT.createParser(json)) {
      parser.nextToken();
      for (String name : path) {
        while (parser.nextToken() != JsonToken.FIELD_NAME || !parser.currentName().equals(name)) {
          parser.skipChildren();
        }
        parser.nextToken();
      }
      int from = (int) parser.currentTokenLocation().getByteOffset();
      parser.skipChildren();
      parser.finishToken();
      return Arrays.copyOfRange(json, from, (int) parser.currentLocation().getByteOffset());
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
