package io.millrace.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import io.millrace.fixtures.TestEvents;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeadLetterMetadataTest {
  private static final Header OWN = header("own", "1");
  private static final Header ELEMENT = header(DeadLetterFactory.ELEMENT_HEADER, "7");
  private static final SourceRecord RECORD =
      new SourceRecord("t", 0, 5, null, new byte[] {1}, List.of(OWN, ELEMENT), 0, 0);

  private static Header header(String name, String value) {
    return new Header(name, value.getBytes(UTF_8));
  }

  private static Map<String, String> metadata(SourceRecord origin) {
    DeadLetter letter =
        DeadLetterFactory.of(TestEvents.queryEvents(), "p", () -> 0)
            .create(origin, DeadLetterCode.MALFORMED_JSON, "bad", "DecodeEvents");
    return DeadLetterMetadata.of(letter, "");
  }

  /** Its bytes are those of an element, so the next attempt needs the header as well. */
  @Test
  void aReplayedElementThatDiesAgainIsStillAnElement() {
    assertThat(DeadLetterMetadata.ownHeaders(RECORD), is(List.of(OWN, ELEMENT)));
    assertThat(metadata(RECORD).containsKey(DeadLetterFactory.ELEMENT_HEADER), is(false));
  }

  @Test
  void anElementHasItsOwnNumberOnce() {
    SourceRecord element = RECORD.element(2, 3, new byte[] {2});

    assertThat(DeadLetterMetadata.ownHeaders(element), is(List.of(OWN)));
    assertThat(metadata(element).get(DeadLetterFactory.ELEMENT_HEADER), is("2"));
    assertThat(metadata(element).get(DeadLetterMetadata.ID), is("t/0@5#2"));
  }

  @Test
  void theOnlyElementOfARecordIsAnElement() {
    SourceRecord only = RECORD.element(0, 1, new byte[] {2});

    assertThat(metadata(only).get(DeadLetterFactory.ELEMENT_HEADER), is("0"));
  }
}
