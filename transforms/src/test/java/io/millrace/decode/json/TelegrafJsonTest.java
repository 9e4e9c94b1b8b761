package io.millrace.decode.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.DecodeException;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each form in which Telegraf writes metrics as JSON decodes to the metric, by the shipped contract
 * {@code telegraf}. The forms are those of the page of its JSON serializer
 * (plugins/serializers/json/README.md) and of that serializer's tests. The inputs are our own.
 */
class TelegrafJsonTest {
  private static final String YAML = Decoding.resource("contracts/telegraf.yaml");

  /**
   * A form.
   *
   * @param json a record
   * @param expected its metrics as {@code name tags fields time}, or the codes of dead elements
   */
  private record Form(String name, String json, String... expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Form form(String name, String metrics, String... expected) {
    return new Form(name, "{\"metrics\":[" + metrics + "]}\n", expected);
  }

  private static String metric(String fields) {
    return metric("disk", "{\"dev\":\"sda\"}", fields, "1700000000");
  }

  private static String metric(String name, String tags, String fields, String time) {
    // Telegraf sorts the keys of a metric.
    return "{\"fields\":%s,\"name\":\"%s\",\"tags\":%s,\"timestamp\":%s}"
        .formatted(fields, name, tags, time);
  }

  static Stream<Form> forms() {
    String rest = " 2023-11-14T22:13:20Z";
    String disk = "disk {\"dev\":\"sda\"} ";
    return Stream.of(
        form("float", metric("{\"used\":80.5}"), disk + "{used=80.5}" + rest),
        form("float without fraction", metric("{\"used\":80}"), disk + "{used=80}" + rest),
        form("float with exponent", metric("{\"used\":1e+21}"), disk + "{used=1e+21}" + rest),
        form("integer", metric("{\"free\":-8}"), disk + "{free=-8}" + rest),
        form(
            "unsigned integer beyond 63 bits",
            metric("{\"inodes\":18446744073709551615}"),
            disk + "{inodes=18446744073709551615}" + rest),
        form("string", metric("{\"state\":\"ok\"}"), disk + "{state=ok}" + rest),
        form("boolean", metric("{\"busy\":true}"), disk + "{busy=true}" + rest),
        form("several fields", metric("{\"a\":1,\"b\":2.5}"), disk + "{a=1, b=2.5}" + rest),
        form("no field is left of infinite ones", metric("{}"), disk + "{}" + rest),
        form("no tags", metric("disk", "{}", "{\"v\":1}", "1700000000"), "disk {} {v=1}" + rest),
        form(
            "separators of line protocol in names",
            metric("My Disk", "{\"a tag\":\"b,c\"}", "{\"U,s=ed\":1}", "1700000000"),
            "My Disk {\"a tag\":\"b,c\"} {U,s=ed=1}" + rest),
        form(
            "characters that Go escapes in JSON",
            metric("{\"s\":\"\\u003ca \\u0026 b\\u003e\\u2028\"}"),
            disk + "{s=<a & b>\u2028}" + rest),
        form(
            "nested fields",
            metric("{\"s\":{\"k\":[1,\"x\"]}}"),
            disk + "{s={\"k\":[1,\"x\"]}}" + rest),
        form("time zero", metric("m", "{}", "{}", "0"), "m {} {} 1970-01-01T00:00:00Z"),
        form(
            "a batch",
            metric("{\"a\":1}") + "," + metric("m", "{}", "{\"a\":2}", "1700000001"),
            disk + "{a=1}" + rest,
            "m {} {a=2} 2023-11-14T22:13:21Z"),
        form("an empty batch", ""),
        form(
            "a metric of another shape beside a good one",
            "{\"valueRows\":[]}," + metric("{\"a\":1}"),
            "missing_field",
            disk + "{a=1}" + rest));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forms")
  void aBatchDecodesToItsMetrics(Form form) throws DecodeException {
    assertEquals(List.of(form.expected()), decode(YAML, form.json()));
  }

  /** {@code use_batch_format = false}: a record is one metric. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # json_timestamp_units, the contract's format and precision | as sent | the event's time
          epoch_s, precision: 3  | 1700000000          | 2023-11-14T22:13:20Z
          epoch_ms, precision: 3 | 1700000000123       | 2023-11-14T22:13:20.123Z
          epoch_us, precision: 6 | 1700000000123456    | 2023-11-14T22:13:20.123456Z
          epoch_ns, precision: 9 | 1700000000123456789 | 2023-11-14T22:13:20.123456789Z
          iso8601, precision: 9  | "2023-11-14T23:13:20.5+01:00" | 2023-11-14T22:13:20.500Z
          iso8601, precision: 9  | "2023-11-14T22:13:20Z" | 2023-11-14T22:13:20Z
          """)
  void aMetricAloneHasItsTimeInEachUnit(String format, String sent, String time)
      throws DecodeException {
    String yaml =
        YAML.replace("events: {path: metrics}", "")
            .replaceAll("(?m)^  max_(events|record_bytes):.*$", "")
            .replace("format: epoch_s, precision: 3", "format: " + format);

    assertEquals(
        List.of("m {} {v=42} " + time), decode(yaml, metric("m", "{}", "{\"v\":42}", sent) + "\n"));
  }

  private static List<String> decode(String yaml, String json) throws DecodeException {
    Contract contract = ContractLoader.parse(yaml, "telegraf.yaml");
    RecordDecoder decoder = RecordDecoder.compile(contract, () -> Decoding.NOW);
    List<String> found = new ArrayList<>();
    RecordDecoder.Receiver receiver =
        new RecordDecoder.Receiver() {
          @Override
          public void event(Event event) {
            Row row = event.row();
            found.add(
                "%s %s %s %s"
                    .formatted(
                        row.getString("name"),
                        row.getString("tags"),
                        new TreeMap<String, Object>(row.getMap("fields")),
                        row.<Object>getValue("event_time")));
            assertEquals("", row.getString("extra"));
          }

          @Override
          public void dead(DecodeException reason, SourceRecord element) {
            found.add(reason.code().label());
          }
        };
    assertEquals(decoder.decode(Decoding.record(Decoding.utf8(json)), receiver), found.size());
    return found;
  }
}
