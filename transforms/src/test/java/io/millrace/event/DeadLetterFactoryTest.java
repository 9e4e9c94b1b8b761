package io.millrace.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.SourceRecord.Header;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeadLetterFactoryTest {
  private static final long NOW = 1_772_366_400_000L;

  private final Contract contract = shipped();
  private final DeadLetterFactory factory = DeadLetterFactory.of(contract, "pipeline-1", () -> NOW);

  private static Contract shipped() {
    try (InputStream yaml =
        DeadLetterFactoryTest.class.getResourceAsStream("/contracts/query-events.yaml")) {
      return ContractLoader.parse(
          new String(yaml.readAllBytes(), StandardCharsets.UTF_8), "query-events.yaml");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SourceRecord record(String... namesAndValues) {
    List<Header> headers = new ArrayList<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.add(
          new Header(namesAndValues[i], namesAndValues[i + 1].getBytes(StandardCharsets.US_ASCII)));
    }
    return new SourceRecord("t", 1, 2, null, new byte[] {1}, headers, 3, 4);
  }

  private DeadLetter letter(SourceRecord record) {
    return factory.create(record, DeadLetterCode.WRONG_TYPE, "path: expected", "DecodeEvents");
  }

  @Test
  void describesTheRecord() {
    SourceRecord record = record("other", "1");

    DeadLetter letter = letter(record);

    assertSame(record, letter.origin());
    assertEquals(
        new DeadLetter(
            record,
            DeadLetterCode.WRONG_TYPE,
            "path: expected",
            "DecodeEvents",
            "query-events",
            1,
            "pipeline-1",
            NOW,
            1),
        letter);
  }

  @Test
  void readsTheHistoryOfAReplayedRecord() {
    DeadLetter letter =
        letter(
            record(
                DeadLetterFactory.ATTEMPT_HEADER, "3", DeadLetterFactory.FIRST_SEEN_HEADER, "77"));

    assertEquals(3, letter.attempt());
    assertEquals(77, letter.firstSeenMillis());
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "-5, 1", "three, 1", "'', 1", "99999999999, 2147483647", "1.5, 1"})
  void ignoresAnInvalidHeader(String header, int attempt) {
    assertEquals(attempt, letter(record(DeadLetterFactory.ATTEMPT_HEADER, header)).attempt());
    assertEquals(
        NOW, letter(record(DeadLetterFactory.FIRST_SEEN_HEADER, "soon")).firstSeenMillis());
  }

  @Test
  void truncatesLongMessages() {
    DeadLetter letter =
        factory.create(record(), DeadLetterCode.MISSING_FIELD, "x".repeat(5000), "stage");

    assertEquals("x".repeat(1000), letter.message());
  }

  @Test
  void isSerializable() {
    DeadLetterFactory travelled =
        SerializableUtils.clone(DeadLetterFactory.of(contract, "pipeline-1", () -> NOW));

    assertEquals(
        letter(record()),
        travelled.create(record(), DeadLetterCode.WRONG_TYPE, "path: expected", "DecodeEvents"));
  }

  @ParameterizedTest
  @CsvSource({"'0', true", "'1,0', true", "'10,1', false", "'', false"})
  void aReplayTellsWhichEventsAreDuplicates(String numbers, boolean duplicate) {
    SourceRecord record = record(DeadLetterFactory.DUPLICATES_HEADER, numbers);

    assertEquals(duplicate, DeadLetterFactory.isReplayedDuplicate(record));
    assertEquals(
        numbers.startsWith("10"),
        DeadLetterFactory.isReplayedDuplicate(record.element(10, 20, new byte[0])));
    assertEquals(false, DeadLetterFactory.isReplayedDuplicate(record("other", "0")));
  }
}
