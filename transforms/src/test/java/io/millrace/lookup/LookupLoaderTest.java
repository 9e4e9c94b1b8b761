package io.millrace.lookup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.sameInstance;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.contract.Lookup.Kind;
import java.util.Arrays;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows of CSV and of JSON lines. */
class LookupLoaderTest {
  private static final long ROOM = 1 << 20;

  private static String found(LookupIndex index, String key) {
    @Nullable Object[] values = index.find(key);
    return values == null ? "none" : Arrays.toString(values);
  }

  private static String problem(Kind kind, String content) {
    return assertThrows(LookupException.class, () -> TestLookups.load(kind, content, ROOM))
        .getMessage();
  }

  @Test
  void readsCsv() throws Exception {
    LookupIndex index =
        TestLookups.load(
            Kind.CSV,
            "\uFEFFage,more,id,c\r\n5,x,u1,DE\r\n\r\n,\"a\nb\",u2,\"q\"\"u,o\"\n7,,u3,\"\"\n9,,,FR\n8,,u1,É",
            ROOM);
    assertThat(found(index, "u1"), is("[É, 8]"));
    assertThat(found(index, "u2"), is("[q\"u,o, null]"));
    assertThat(found(index, "u3"), is("[, 7]"));
    assertThat(found(index, "u4"), is("none"));
    assertThat(index.rows(), is(3L));
    assertThat(index.version(), nullValue());
  }

  @Test
  void readsTabs() throws Exception {
    assertThat(
        found(TestLookups.load(Kind.TSV, "id\tc\tage\nu1\ta,b\t5\n", ROOM), "u1"), is("[a,b, 5]"));
  }

  @Test
  void readsJsonLines() throws Exception {
    LookupIndex index =
        TestLookups.load(
            Kind.JSONL,
            "{\"id\":1,\"c\":\"DE\",\"age\":5}\n{\"id\":\"u2\",\"c\":{\"a\":[1]},\"age\":\"7\"}\n"
                + "{\"c\":null,\"id\":true}{\"c\":\"DE\",\"id\":null}",
            ROOM);
    assertThat(found(index, "1"), is("[DE, 5]"));
    assertThat(found(index, "u2"), is("[{\"a\":[1]}, 7]"));
    assertThat(found(index, "true"), is("[null, null]"));
    assertThat("without the row whose key is null", index.rows(), is(3L));
  }

  @Test
  void keepsEqualTextsOnce() throws Exception {
    LookupIndex index = TestLookups.load(Kind.CSV, "id,c,age\n1,DE,\n2,DE,\n", ROOM);
    assertThat(index.find("1")[0], sameInstance(index.find("2")[0]));
  }

  @Test
  void refusesMoreThanItsMemory() {
    StringBuilder rows = new StringBuilder("id,c,age\n");
    for (int i = 0; i < 1_000; i++) {
      rows.append(i).append(",text ").append(i).append(",\n");
    }
    LookupException e =
        assertThrows(
            LookupException.class, () -> TestLookups.load(Kind.CSV, rows.toString(), 50_000));
    assertThat(e.getMessage(), containsString("takes more than 50,000 bytes of memory after"));
    assertThat(e.getMessage(), containsString("raise `max_megabytes`"));
  }

  /** A first line that holds data instead of names may be personal. */
  @Test
  void quotesNoData() {
    String message = problem(Kind.CSV, "u1,alice@example.com,7\nu2,bob@example.com,8\n");
    assertThat(message, not(containsString("example.com")));
  }

  @Test
  void aQuoteThatIsNotClosedDoesNotFillTheMemory() {
    String open = "id,c,age\nu1,\"" + "x,y\n".repeat(10_000);
    LookupException e =
        assertThrows(LookupException.class, () -> TestLookups.load(Kind.CSV, open, 20_000));
    assertThat(
        e.getMessage(),
        is("line 2: a row of more than 10,000 characters; check that its quotes are closed"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "CSV ~ `` ~ is empty",
        "CSV ~ id,age ~ has no column `c` among the 2 of its first line",
        "CSV ~ id,c,age|u1,x ~ line 2: has 2 cells; expected 3",
        "CSV ~ id,c,age|u1,x,y ~ line 2: the value for `age` is no int32",
        "CSV ~ id,c,age|u1,x,3000000000 ~ line 2: the value for `age` is no int32",
        "CSV ~ id,c,age|\"u1,x,y ~ line 2: a quote is not closed",
        "CSV ~ id,c,age|\"u1\"x,x,y ~ line 2: text after a closing quote",
        "JSONL ~ {\"id\":1} 5 ~ row 2: expected a JSON object",
        "JSONL ~ {\"id\":1} {\"id ~ row 2: is not valid JSON",
        "JSONL ~ {\"c\":1} ~ row 1: has no key `id`",
      })
  void saysWhatIsWrong(Kind kind, String content, String expected) {
    assertThat(problem(kind, content.replace('|', '\n')), containsString(expected));
  }
}
