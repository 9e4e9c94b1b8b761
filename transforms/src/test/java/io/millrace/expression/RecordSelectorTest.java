package io.millrace.expression;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractException;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.LostRange;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordSelectorTest {
  private static Contract contract(String records) {
    return ContractLoader.parse(
        """
        contract: c
        fields: {at: {type: timestamp, required: true}}
        event_time: {field: at}
        identity: [at]
        """
            + records,
        "c.yaml");
  }

  private static byte @Nullable [] bytes(@Nullable String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  private static SourceRecord record(String topic, @Nullable String key, Header... headers) {
    return new SourceRecord(topic, 0, 0, bytes(key), bytes("{}"), List.of(headers), 0, 0);
  }

  private static Header header(String name, @Nullable String value) {
    return new Header(name, bytes(value));
  }

  private static boolean takes(String records, SourceRecord record) {
    return RecordSelector.of(contract("records: " + records)).takes(record);
  }

  @Test
  void aContractWithoutRuleHasNoSelector() {
    assertThat(RecordSelector.of(contract("")), nullValue());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "orders ~ orders ~ true",
        "orders ~ orders2 ~ false",
        "orders ~ my.orders ~ false",
        "or.ers ~ orders ~ false",
        "[a, 'b-*'] ~ a ~ true",
        "[a, 'b-*'] ~ b-1 ~ true",
        "[a, 'b-*'] ~ b- ~ true",
        "[a, 'b-*'] ~ c-1 ~ false",
        "'v?' ~ v1 ~ true",
        "'v?' ~ v12 ~ false",
        "'*/subscriptions/s' ~ projects/p/subscriptions/s ~ true",
        "'a(b)+' ~ a(b)+ ~ true",
      })
  void selectsByTopic(String topics, String topic, boolean taken) {
    assertThat(takes("{topics: " + topics + "}", record(topic, null)), is(taken));
  }

  @Test
  void selectsByKeyAndHeaders() {
    String type = "\"'type' in headers && headers['type'] == 'click'\"";
    assertThat(takes(type, record("t", null, header("type", "click"))), is(true));
    assertThat(takes(type, record("t", null, header("type", "view"))), is(false));
    assertThat(takes(type, record("t", null)), is(false));
    // A header that is not there has no value, so that the record is none of the contract.
    assertThat(takes("headers['type'] == 'click'", record("t", null)), is(false));
    assertThat(
        takes(
            "headers['type'] == 'b'", record("t", null, header("type", "a"), header("type", "b"))),
        is(true));
    assertThat(takes("headers['type'] == ''", record("t", null, header("type", null))), is(true));
    assertThat(takes("key != null && key.startsWith('eu-')", record("t", "eu-1")), is(true));
    assertThat(takes("key != null && key.startsWith('eu-')", record("t", null)), is(false));
    assertThat(takes("key == null", record("t", null)), is(true));
    assertThat(takes("topic == 't' || key == 'k'", record("t", null)), is(true));
  }

  @Test
  void bothPartsMustFit() {
    String rule = "{topics: t, when: key == 'k'}";
    assertThat(takes(rule, record("t", "k")), is(true));
    assertThat(takes(rule, record("t", "l")), is(false));
    assertThat(takes(rule, record("u", "k")), is(false));
  }

  @ParameterizedTest
  @CsvSource({
    "orders/3@17, orders",
    "orders/3@17#2, orders",
    "projects/p/subscriptions/orders/0@9, projects/p/subscriptions/orders",
    "/data/a@b/c.jsonl/0@9, /data/a@b/c.jsonl",
    // No place that Millrace writes
    "'', dead",
    "orders, dead",
    "/0@1, dead",
  })
  void aReplayedDeadLetterHasTheTopicOfItsRecord(String place, String topic) {
    SourceRecord letter = record("dead", null, header("millrace-first-place", place));
    assertThat(takes("{topics: '" + topic + "'}", letter), is(true));
    assertThat(takes("topic == '" + topic + "'", letter), is(true));
    assertThat(takes("{topics: other}", letter), is(false));
  }

  @Test
  void theTopicAloneDecidesOnALostRange() {
    SourceRecord lost = new LostRange("t", 0, 1, 9, 0).asRecord(0);
    assertThat(takes("{topics: t, when: key == 'k'}", lost), is(true));
    assertThat(takes("{topics: u, when: key == 'k'}", lost), is(false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "records: {} ~ records: expected `topics`, `when` or both",
        "records: {topics: []} ~ records.topics: expected at least one topic",
        "records: {topic: a} ~ did you mean `topics`",
        "records: kex == 'a' ~ records: at character 1: undeclared reference to 'kex'",
        "records: {when: at == null} ~ expected a condition over topic, key, headers of a record",
      })
  void refusesWhatIsWrong(String records, String expected) {
    ContractException e = assertThrows(ContractException.class, () -> contract(records));
    assertThat(String.join("\n", e.problems()), containsString(expected));
  }
}
