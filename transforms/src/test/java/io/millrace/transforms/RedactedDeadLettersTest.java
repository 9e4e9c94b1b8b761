package io.millrace.transforms;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.registry.TestSecrets;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecordCoder;
import io.millrace.redact.EventRedactor;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Dead letters of events for which a column has no value, and of bytes that stay encrypted. */
@ExtendWith(TestPipelineExtension.class)
class RedactedDeadLettersTest {
  private static final String CONTRACT =
      """
      contract: c
      fields:
        id: {type: string, required: true}
        at: {type: timestamp, required: true}
        email: {type: string}
        size: {type: int64}
      event_time: {field: at}
      identity: [id, at]
      derive:
        ratio: {value: 100 / size, on_error: dead}
        domain: "email.split('@')[1]"
      redact:
        - {field: email, do: mask}
        - {field: domain, do: mask}
        - {header: trace, do: keep}
      """;
  private static final String JSON =
      "{\"id\":\"%s\",\"at\":\"2026-03-01T10:00:00Z\",\"email\":\"ann@example.com\",\"size\":0}";

  private static SourceRecord record(String value) {
    return new SourceRecord(
        "topic",
        0,
        1,
        "ann@example.com".getBytes(UTF_8),
        value.getBytes(UTF_8),
        List.of(),
        1_772_359_200_000L,
        1_772_359_200_000L);
  }

  private static void check(
      TestPipeline pipeline,
      String yaml,
      SourceRecord record,
      SerializableFunction<Iterable<DeadLetter>, Void> expected) {
    Contract contract = ContractLoader.parse(yaml, "c.yaml");
    PAssert.that(
            pipeline
                .apply(Create.of(record).withCoder(SourceRecordCoder.of()))
                .apply(
                    DecodeEvents.of(
                        contract,
                        DeadLetterFactory.of(contract, "test", () -> 1_772_359_200_000L),
                        () -> 1_772_359_200_000L))
                .get(DecodeEvents.DEAD))
        .satisfies(expected);
    pipeline.run().waitUntilFinish();
  }

  private static DeadLetter only(Iterable<DeadLetter> letters) {
    List<DeadLetter> all = new ArrayList<>();
    letters.forEach(all::add);
    assertThat(all.size(), is(1));
    return all.get(0);
  }

  @Test
  void ofAFailedColumnIsRedactedAndNamesTheColumn(TestPipeline pipeline) {
    check(
        pipeline,
        CONTRACT,
        record(JSON.formatted("a")),
        letters -> {
          DeadLetter letter = only(letters);
          assertThat(letter.code(), is(DeadLetterCode.RULE_FAILED));
          assertThat(letter.message(), containsString("derive.ratio: the expression has no value"));
          assertThat(letter.origin().key(), nullValue());
          String kept = new String(letter.origin().value(), UTF_8);
          assertThat(kept, is(JSON.formatted("a").replace("ann@example.com", "***")));
          return null;
        });
  }

  @Test
  void ofOneElementIsRedacted(TestPipeline pipeline) {
    check(
        pipeline,
        CONTRACT + "events: {path: items}\n",
        record("{\"from\":\"x\",\"items\":[" + JSON.formatted("a") + "]}"),
        letters -> {
          DeadLetter letter = only(letters);
          assertThat(letter.code(), is(DeadLetterCode.RULE_FAILED));
          assertThat(
              new String(letter.origin().value(), UTF_8), not(containsString("ann@example.com")));
          return null;
        });
  }

  @Test
  void withBytesOfAnotherSecretSayThatTheyStayEncrypted(TestPipeline pipeline) {
    TestSecrets.VALUES.put("env:OLD_KEY", "the secret that was before");
    TestSecrets.VALUES.put("env:NEW_KEY", "the secret that came after");
    String encrypt = CONTRACT + "dead_letters: {bytes: encrypt, key: 'env:%s'}\n";
    Contract before = ContractLoader.parse(encrypt.formatted("OLD_KEY"), "c.yaml");
    SourceRecord letter = EventRedactor.of(before).redactDead(record("{\"email\": ann@"));
    byte[] sealed = letter.value();
    check(
        pipeline,
        encrypt.formatted("NEW_KEY"),
        letter,
        letters -> {
          DeadLetter again = only(letters);
          assertThat(again.code(), is(DeadLetterCode.ENCRYPTED));
          assertThat(again.message(), containsString("the secret of dead_letters.key"));
          assertThat(again.origin().value(), is(sealed));
          return null;
        });
  }
}
