package io.millrace.pubsub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import io.millrace.event.SourceRecordCoder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.beam.sdk.io.gcp.pubsub.PubsubMessage;
import org.apache.beam.sdk.util.CoderUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PubsubRecordsTest {
  private static final String SUBSCRIPTION = "projects/my-project/subscriptions/events";

  private static SourceRecord record(byte[] data, Map<String, String> attributes, String id) {
    return PubsubRecords.record(SUBSCRIPTION, new PubsubMessage(data, attributes, id), 7);
  }

  private static Header header(String name, String value) {
    return new Header(name, value.getBytes(UTF_8));
  }

  @Test
  void keepsAllThatTheMessageHolds() {
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put("z", "last");
    attributes.put("a", "\u0000é\uD83D\uDE00");
    SourceRecord record =
        PubsubRecords.record(
            SUBSCRIPTION,
            new PubsubMessage("{}".getBytes(UTF_8), attributes, "2070443601311540", "user-1"),
            1_772_359_200_000L);
    assertThat(record.topic(), equalTo(SUBSCRIPTION));
    assertThat(record.partition(), equalTo(0));
    assertThat(record.offset(), equalTo(2_070_443_601_311_540L));
    assertThat(record.key(), equalTo("user-1".getBytes(UTF_8)));
    assertThat(record.value(), equalTo("{}".getBytes(UTF_8)));
    assertThat(record.headers(), contains(header("a", "\u0000é\uD83D\uDE00"), header("z", "last")));
    assertThat(record.recordTimeMillis(), equalTo(1_772_359_200_000L));
    assertThat(record.arrivalWatermarkMillis(), equalTo(1_772_359_200_000L));
  }

  /** The dead letter of an element has it in base64 if it is not UTF-8. */
  @Test
  void whatWasAroundAReplayedElementIsAsItWas() {
    SourceRecord record =
        record(
            new byte[] {1},
            Map.of("millrace-surrounding-base64", "/g==", "other-base64", "/g=="),
            "7");

    assertThat(
        record.headers(),
        contains(
            new Header("millrace-surrounding", new byte[] {(byte) 0xfe}),
            header("other-base64", "/g==")));
  }

  @Test
  void aMessageMayHoldNothing() {
    SourceRecord record = record(new byte[0], null, "1");
    assertThat(record.value(), equalTo(new byte[0]));
    assertThat(record.headers(), empty());
    assertThat(record.key(), nullValue());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "9223372036854775807"})
  void aNumberIsTheOffset(String id) {
    SourceRecord record = record(new byte[0], Map.of(), id);
    assertThat(record.offset(), equalTo(Long.parseLong(id)));
    assertThat(record.headers(), empty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "007",
        "-1",
        "+1",
        "1.5",
        "٣",
        "9223372036854775808",
        "18446744073709551617",
        "99999999999999999999999",
        "3f2c9a1e-aaaa"
      })
  void anIdThatIsNoNumberIsKeptInAHeader(String id) throws Exception {
    SourceRecord record = record(new byte[0], Map.of("a", "b"), id);
    assertThat(record.offset(), greaterThanOrEqualTo(0L));
    assertThat(
        record.headers(), contains(header("a", "b"), header(PubsubRecords.MESSAGE_ID_HEADER, id)));
    assertThat(record(new byte[1], Map.of(), id).offset(), equalTo(record.offset()));
    assertThat(record(new byte[0], Map.of(), id + "x").offset(), not(equalTo(record.offset())));
    assertThat(CoderUtils.clone(SourceRecordCoder.of(), record), equalTo(record));
  }

  @Test
  void anOffsetThatWasAHashStaysTheSame() {
    assertThat(record(new byte[0], Map.of(), "abc").offset(), equalTo(4213142463398924266L));
  }
}
