package io.millrace.file;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.connectors.Connectors;
import io.millrace.kafka.KafkaAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileAddressTest {
  @ParameterizedTest
  @ValueSource(strings = {"file:///a/b.jsonl", "file:///a/*.{json,jsonl}.gz", "file:///a b/c%20d"})
  void takesThePathAsItIsWritten(String text) {
    FileAddress address = FileAddress.parse(text);
    assertThat("file://" + address.path(), equalTo(text));
    assertThat(address.toString(), equalTo(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "file://host/a.jsonl | three slashes",
        "file://a.jsonl | three slashes",
        "file:// | three slashes",
        "file:///a/ | is a directory; expected its files, such as file:///a/*.jsonl",
        "file:///a/*.parquet | an archive is read by the URL of its root",
        "file:///a/[b | invalid file pattern",
        "file:///a/{b | invalid file pattern",
      })
  void explainsWhatIsWrong(String text, String expected) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> FileAddress.parse(text));
    assertThat(e.getMessage(), containsString(expected));
    assertThat(e.getMessage(), containsString(text));
  }

  @Test
  void theSchemeChoosesTheSource() {
    assertThat(Connectors.ALL.input("file:///a"), equalTo(new FileAddress("/a")));
    assertThat(Connectors.ALL.input("kafka://a:1/t"), equalTo(KafkaAddress.parse("kafka://a:1/t")));
  }

  @Test
  void anUnknownSchemeIsToldWhatThereIsAndNothingElseIsRepeated() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> Connectors.ALL.input("s3://me:hunter2@b/x"));
    assertThat(
        e.getMessage(),
        equalTo(
            "`s3://`: expected kafka://host:port/topic, pubsub://project/subscription,"
                + " file:///directory/*.jsonl or archive+file:///directory"));
  }
}
