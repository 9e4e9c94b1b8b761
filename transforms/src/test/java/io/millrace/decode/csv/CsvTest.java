package io.millrace.decode.csv;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import io.millrace.event.Utf8Slice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.beam.sdk.util.CoderUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines, cells, columns, and what becomes of those that are wrong. */
class CsvTest {
  private static final String LISTED = "columns: 'at, n, s'";
  private static final String HEADER = "header: true";
  private static final String[] FIELDS = {"n: {type: int32}", "s: {type: string}"};

  private final CsvDecoding listed = CsvDecoding.of(LISTED, FIELDS);
  private final CsvDecoding named = CsvDecoding.of(HEADER, FIELDS);

  private static DecodeException failure(CsvDecoding decoding, byte[] bytes) {
    DecodeException e =
        assertThrows(DecodeException.class, () -> decoding.decode(CsvDecoding.record(bytes)));
    assertEquals(List.of(), decoding.elements);
    return e;
  }

  private static DecodeException failure(CsvDecoding decoding, String text) {
    return failure(decoding, text.getBytes(StandardCharsets.UTF_8));
  }

  private static String whole(CsvDecoding decoding, String text) {
    DecodeException e = failure(decoding, text);
    return e.code().label() + ": " + e.getMessage();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1,2,a\n2,3,b\n",
        "1,2,a\r\n2,3,b",
        "\n1,2,a\n\r\n\n2,3,b\r\n",
        "1,2,a\r\n2,3,b\r"
      })
  void eachLineIsAnEvent(String text) throws DecodeException {
    assertEquals(List.of("0 2 a", "1 3 b"), listed.decode(text));
    assertEquals(List.of("0 2 a", "1 3 b"), named.decode("at,n,s\n" + text));
    assertEquals(List.of("0 2 a", "1 3 b"), listed.decode("\ufeff" + text));
    assertEquals(List.of("0 2 a", "1 3 b"), named.decode("\ufeffat,n,s\r\n" + text));
  }

  @Test
  void quotesHoldDelimitersLineBreaksAndQuotes() throws DecodeException {
    assertEquals(
        List.of("0 2 a,b", "1 3 x\r\ny\n", "2 4 say \"hi\"", "3 5 \"", "4 6 é😀\rz"),
        listed.decode(
            "1,2,\"a,b\"\n1,\"3\",\"x\r\ny\n\"\n1,4,\"say \"\"hi\"\"\"\r\n1,5,\"\"\"\"\n"
                + "1,6,\"é😀\rz\""));
  }

  @Test
  void anEmptyCellIsAbsentAndAQuotedOneIsAText() throws DecodeException {
    CsvDecoding defaults =
        CsvDecoding.of(LISTED, "n: {type: int32, default: 9}", "s: {type: string, default: d}");
    assertEquals(List.of("0 9 d", "1 9 "), defaults.decode("1,,\n1,,\"\""));
    assertEquals(List.of("0 null null", "1 wrong_type 1,\"\",a"), listed.decode("1,,\n1,\"\",a"));
  }

  @Test
  void anotherTextMayMeanAbsent() throws DecodeException {
    for (String option : List.of(", 'null': \\N", ", null: \\N")) {
      assertEquals(
          List.of("0 null null", "1 1 \\N", "2 2 ", "3 wrong_type 1,,a"),
          CsvDecoding.of(LISTED + option, FIELDS).decode("1,\\N,\\N\n1,1,\"\\N\"\n1,2,\n1,,a"));
    }
  }

  @Test
  void theCharactersThatSeparateAndQuoteCanBeChosen() throws DecodeException {
    assertEquals(
        List.of("0 2 a,b", "1 3 a;b'"),
        CsvDecoding.of(LISTED + ", delimiter: ;, quote: \"'\"", FIELDS)
            .decode("1;2;a,b\n1;3;'a;b'''"));
    assertEquals(
        List.of("0 2 \"a\"b"),
        CsvDecoding.of(LISTED + ", delimiter: tab, quote: none", FIELDS).decode("1\t2\t\"a\"b"));
    assertEquals(
        List.of("0 2 a"),
        CsvDecoding.of(LISTED + ", delimiter: \"\\t\"", FIELDS).decode("1\t2\ta"));
  }

  @Test
  void aBadLineIsDeadAlone() throws DecodeException {
    assertEquals(
        List.of(
            "0 1 a",
            "1 malformed_csv 1,2",
            "2 malformed_csv 1,2,3,4",
            "3 malformed_csv 1,2,\"a\"b",
            "4 malformed_csv 1,2,a\"b",
            "5 malformed_csv 1,2,a\rb",
            "6 wrong_type 1,x,a",
            "7 missing_field ,2,a",
            "8 malformed_csv  ",
            "9 9 z"),
        listed.decode(
            "1,1,a\n1,2\n1,2,3,4\r\n1,2,\"a\"b\n1,2,a\"b\n1,2,a\rb\n1,x,a\n,2,a\n \n1,9,z"));
    assertEquals(
        List.of(
            "expected 3 cells in a line, found 2",
            "expected 3 cells in a line, found 4",
            "byte 7: expected the end of the cell after the closing quote",
            "byte 5: expected no quote within a cell",
            "byte 5: expected a line feed after a carriage return",
            "n: expected an integer of 32 bits",
            "at: required, but absent or null",
            "expected 3 cells in a line, found 1"),
        listed.reasons.stream().map(Throwable::getMessage).toList());
  }

  /** No text within quotes becomes an event, whatever is wrong around it. */
  @Test
  void aBadLineEndsWhereItsQuotesEnd() throws DecodeException {
    assertEquals(
        List.of("0 malformed_csv 1,2,\"a\n1,5,b\n\"c,\"\n1,6,d\"", "1 3 z"),
        listed.decode("1,2,\"a\n1,5,b\n\"c,\"\n1,6,d\"\n1,3,z"));
    assertEquals(
        List.of("0 1 a", "1 truncated 1,2,\"b\n1,3,c\n"), listed.decode("1,1,a\n1,2,\"b\n1,3,c\n"));
  }

  @Test
  void aLineThatIsNotUtf8IsDeadAlone() throws DecodeException {
    byte[] bytes = "1,1,a\n1,2,\u00ff\n1,3,b".getBytes(StandardCharsets.ISO_8859_1);
    listed.decode(CsvDecoding.record(bytes));
    assertEquals(
        List.of(0, 2), listed.events.stream().map(e -> e.origin().elementNumber()).toList());
    assertArrayEquals(Arrays.copyOfRange(bytes, 6, 11), listed.dead.get(0).value());
    assertEquals(DeadLetterCode.NOT_UTF8, listed.reasons.get(0).code());
    assertEquals("byte 4: expected UTF-8", listed.reasons.get(0).getMessage());
  }

  @Test
  void aBodyThatIsNoTextIsDeadAsAWhole() throws IOException {
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
      out.write("1,2,a\n".getBytes(StandardCharsets.UTF_8));
    }
    DecodeException e = failure(listed, gzip.toByteArray());
    assertEquals(DeadLetterCode.NOT_UTF8, e.code());
    assertEquals(
        "byte 0: expected UTF-8; the body looks like gzip: expected plain CSV; declare"
            + " `compression: gzip` in the contract, or let the Kafka producer compress"
            + " (compression.type), which readers undo by themselves",
        e.getMessage());
    for (String encoding : List.of("UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32")) {
      assertEquals(
          DeadLetterCode.NOT_UTF8,
          failure(named, "at,n,s\n".getBytes(Charset.forName(encoding))).code());
    }
  }

  @Test
  void aRecordWithoutLinesIsDead() {
    assertEquals("empty: expected a line, found none with a byte", whole(listed, ""));
    assertEquals("empty: expected a line, found none with a byte", whole(listed, "\r\n\n"));
    assertEquals("empty: expected a line, found none with a byte", whole(named, "\n"));
    assertEquals(DeadLetterCode.TOMBSTONE, failure(listed, (byte[]) null).code());
  }

  @Test
  void aHeaderLineAloneHoldsNothing() throws DecodeException {
    assertEquals(List.of(), named.decode("at,n\n"));
  }

  @Test
  void theHeaderLineOfEachRecordNamesItsColumns() throws DecodeException {
    assertEquals(List.of("0 1 a"), named.decode("at,n,s\n5,1,a"));
    assertEquals(List.of("0 2 b", "1 3 c"), named.decode("s,\"at\",n\nb,5,2\nc,5,3"));
    assertEquals(List.of("0 null null"), named.decode("at\n5"));
    assertEquals(List.of("0 4 d"), named.decode("at,n,s\n5,4,d"));
  }

  @Test
  void aBadHeaderLineIsOneDeadEvent() {
    assertEquals(
        "duplicate_key: header line: expected distinct names, cell 3 repeats one",
        whole(named, "at,n,at\n1,2,3\n"));
    assertEquals(
        "missing_field: at: required, but not in the header line", whole(named, "1,2,a\n1,3,b\n"));
    assertEquals(
        "malformed_csv: header line: byte 4: expected the end of the cell after the closing quote",
        whole(named, "\"at\"x,n\n1,2\n"));
    assertEquals(
        "truncated: header line: byte 3: expected a quote that closes this one",
        whole(named, "at,\"n\n1,2\n"));
    assertEquals(
        DeadLetterCode.NOT_UTF8,
        failure(named, "at,\u00ff\n1,2".getBytes(StandardCharsets.ISO_8859_1)).code());
  }

  @Test
  void unknownColumnsAreKept() throws DecodeException {
    String text =
        "at,q\"\"x,\"a\"\"b\",empty,,tab\n1,v,\"é \\ \"\" \u0001\n\r\t\",,w,\"\"\n"
            .replace("q\"\"x", "q");
    assertEquals(
        List.of(
            "0 {\"q\":\"v\",\"a\\\"b\":\"é \\\\ \\\" \\u0001\\n\\r\\t\",\"\":\"w\",\"tab\":\"\"}"),
        CsvDecoding.of(HEADER).decode(text));
    assertEquals(
        List.of("0 {q=v, a\"b=é \\ \" \u0001\n\r\t, =w, tab=}"),
        CsvDecoding.of("map", HEADER, new String[0]).decode(text));
    assertEquals(
        List.of("0 {\"b\":\"x\"}", "1"), CsvDecoding.of("columns: 'at, b'").decode("1,x\n1,\n"));
  }

  @Test
  void theTextsOfAnEventAreSlicesOfItsLine() throws Exception {
    listed.decode("1,1,first\n1,2,\"second\"\n1,3,\"thi\"\"rd\"");
    for (Event event : listed.events) {
      Utf8Slice text = (Utf8Slice) event.values().raw(2);
      if (event.origin().elementNumber() < 2) {
        assertSame(event.origin().value(), text.bytes());
      }
      assertEquals(event, CoderUtils.clone(EventCoder.of(listed.contract.schema()), event));
    }
  }

  @Test
  void beyondTheLimitsALineOrTheRecordIsDead() throws DecodeException {
    CsvDecoding decoding =
        CsvDecoding.limited(
            "{max_bytes: 8, max_record_bytes: 30, max_events: 3}", "columns: 'at, s'", FIELDS[1]);
    assertEquals(
        List.of("0 123456", "1 too_large 1,1234567", "2 a"),
        decoding.decode("1,123456\n1,1234567\n1,a\n"));
    assertEquals(
        "too_large: expected at most 3 events in a record", whole(decoding, "1,a\n1,b\n1,c\n1,d"));
    assertEquals(
        "too_large: expected at most 30 bytes", whole(decoding, "1,a\n" + "\n".repeat(27)));
  }

  /** As an operator mends a dead letter and sends its bytes with the headers that it has. */
  @Test
  void aDeadLineThatIsReplayedHasItsHeaderLine() throws DecodeException {
    for (String text : List.of("n,at,s\nx,1,a\n2,1,b", "n,at,s\nx,1,a")) {
      named.decode(text, new Header("h", new byte[] {1}));
      SourceRecord dead = named.dead.get(0);
      Header line = dead.headers().get(1);
      assertEquals(DeadLetterFactory.SURROUNDING_HEADER, line.name());
      assertArrayEquals("n,at,s".getBytes(StandardCharsets.UTF_8), line.value());
      Header[] headers = dead.headers().toArray(new Header[0]);

      SourceRecord replayed = CsvDecoding.record("7,1,a\n", headers);
      assertEquals(List.of("0 7 a"), named.decode(replayed));
      assertSame(replayed, named.events.get(0).origin());

      for (String bad : List.of("x,1,a", "1,1,a\n2,1,b", "1,1", "")) {
        assertThrows(
            DecodeException.class, () -> named.decode(CsvDecoding.record(bad, headers)), bad);
      }
      assertEquals(List.of("0 3 c"), named.decode("at,n,s\n1,3,c"));
    }
  }
}
