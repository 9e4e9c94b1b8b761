package io.millrace.cli.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.cli.explain.DeadLetterPlace;
import io.millrace.cli.explain.StoredDeadLetter;
import io.millrace.deadletter.DeadLetterJson;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import io.millrace.pipeline.WrongUseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLettersTest {
  private static final Header OWN = new Header("own", null);

  @TempDir private Path directory;

  private static DeadLetter letter(SourceRecord record) {
    return new DeadLetter(
        record, DeadLetterCode.WRONG_TYPE, "ms: \ud83d", "DecodeEvents", "c", 3, "job", 1_000, 2);
  }

  private static SourceRecord record(byte[] value) {
    return new SourceRecord(
        "a/b",
        1,
        2,
        "k".getBytes(UTF_8),
        value,
        List.of(OWN, new Header(DeadLetterFactory.ATTEMPT_HEADER, new byte[] {'2'})),
        5_000,
        0);
  }

  private void write(String name, DeadLetter letter, String more) throws IOException {
    Path unused =
        Files.writeString(
            directory.resolve(name),
            new String(DeadLetterJson.of(letter, "clickhouse"), UTF_8) + "\n" + more);
  }

  private List<StoredDeadLetter> read(String url, LetterFilter filter) {
    List<StoredDeadLetter> letters = new ArrayList<>();
    FileLetters.parse(url).read(filter, true, letters::add);
    return letters;
  }

  @Test
  void whatMillraceWritesIsRead() throws IOException {
    write("dead-letters-1.jsonl", letter(record(new byte[] {0, 1})), "\n");
    write("dead-letters-2.jsonl", letter(record(null).element(3, 5, new byte[] {9})), "");
    write("other.jsonl", letter(record(null)), "");

    List<StoredDeadLetter> letters =
        read("file://" + directory + "/", LetterFilter.of(new DeadLetterPlace("a/b", 1, 2, null)));

    StoredDeadLetter first = letters.get(0);
    assertThat(letters.size(), is(2));
    assertThat(first.place(), is("a/b/1@2"));
    assertThat(first.record().isWhole(), is(true));
    assertThat(first.record().value(), is(new byte[] {0, 1}));
    assertThat(first.record().headers(), is(List.of(OWN)));
    assertThat(first.record().recordTimeMillis(), is(5_000L));
    assertThat(first.sink(), is("clickhouse"));
    assertThat(first.firstSeenMillis(), is(1_000L));
    assertThat(first.attempt(), is(2));
    assertThat(letters.get(1).place(), is("a/b/1@2#3"));
    assertThat(letters.get(1).record().elements(), is(5));

    List<StoredDeadLetter> other =
        read(
            "file://" + directory + "/o*.jsonl",
            LetterFilter.of(new DeadLetterPlace("a/b", 1, 2, 0)));
    assertThat(other.get(0).record().value(), is(nullValue()));
    assertThat(other.get(0).valueBytes(), is(-1L));
  }

  @Test
  void aLineThatIsNoDeadLetter() throws IOException {
    write("dead-letters-1.jsonl", letter(record(null)), "{\"id\":1}\n");

    WrongUseException wrong =
        assertThrows(
            WrongUseException.class,
            () ->
                read(
                    "file://" + directory + "/",
                    LetterFilter.of(new DeadLetterPlace("a/b", 1, 2, null))));
    assertThat(
        wrong.getMessage(),
        containsString(
            "dead-letters-1.jsonl, line 2: expected a dead letter as JSON of Millrace, with the"
                + " key `value`"));
  }

  @Test
  void noFileFits() {
    WrongUseException wrong =
        assertThrows(
            WrongUseException.class,
            () ->
                read(
                    "file://" + directory + "/x*",
                    LetterFilter.of(new DeadLetterPlace("t", 0, 0, null))));
    assertThat(wrong.getMessage(), is("--from: no file fits file://" + directory + "/x*"));
  }
}
