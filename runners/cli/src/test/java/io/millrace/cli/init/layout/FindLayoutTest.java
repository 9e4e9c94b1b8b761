package io.millrace.cli.init.layout;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.pipeline.WrongUseException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.beam.sdk.io.Compression;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FindLayoutTest {
  private static final String EVENT = "{\"id\":1,\"ts\":1772359200}";

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Layout file(byte[] content, boolean cut) {
    return FindLayout.of(
        new Sample("f", "f", "", List.of(), true, List.of(content), 0, cut, List.of()), 1000);
  }

  private static Layout file(String content) {
    return file(bytes(content), false);
  }

  private static Layout records(byte[]... values) {
    return FindLayout.of(
        new Sample("t", "t", "", List.of(), false, List.of(values), 0, false, List.of()), 1000);
  }

  private static Layout records(String... values) {
    return records(Arrays.stream(values).map(FindLayoutTest::bytes).toArray(byte[][]::new));
  }

  @Test
  void linesOfAFileAreRecords() {
    Layout layout = file(EVENT + "\r\n\n" + EVENT + "\nnot JSON\n");
    assertThat(layout.records(), hasSize(3));
    assertThat(layout.events(), hasSize(2));
    assertThat(layout.format() + layout.eventsInRecord(), is(""));
  }

  @Test
  void aCutLineIsNoRecord() {
    assertThat(file(bytes(EVENT + "\n{\"id\":"), true).records(), hasSize(1));
  }

  @Test
  void atMostSoManyRecords() {
    Sample sample =
        new Sample(
            "f",
            "f",
            "",
            List.of(),
            true,
            List.of(bytes((EVENT + "\n").repeat(9))),
            0,
            false,
            List.of());
    assertThat(FindLayout.of(sample, 4).records(), hasSize(4));
  }

  @Test
  void aDocumentOverSeveralLinesIsOneRecord() {
    Layout layout = file("[\n  " + EVENT + ",\n  " + EVENT + "\n]\n");
    assertThat(layout.records(), hasSize(1));
    assertThat(layout.eventsInRecord(), is("{path: \"$\"}"));
    assertTrue(layout.isWhole());
    assertThat(layout.notes().toString(), containsString("jq -c ."));
  }

  @Test
  void severalDocumentsOverSeveralLines() {
    Layout layout = file("{\n\"id\":1,\n\"ts\":2\n}\n{\n\"id\":2,\n\"ts\":2\n}\n");
    assertThat(layout.records(), hasSize(2));
    assertThat(layout.events(), hasSize(2));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          [%s,%s]                            | {path: "$"}       | 2
          {"Records":[%s,%s]}                | {path: Records}   | 2
          {"ts":1772359200,"events":[%s,%s]} | {path: events}    | 2
          {"page":{"rows":[%s,%s]}}          | {path: page.rows} | 2
          {"ts":1772359200,"parts":[%s,%s]}  | ``                | 1
          {"id":1,"items":[{"n":1},{"n":2}]} | ``                | 1
          """)
  void anArrayOfEvents(String record, String expected, int events) {
    Layout layout = records(record.replace("%s", EVENT), record.replace("%s", EVENT));
    assertThat(layout.eventsInRecord(), is(expected));
    assertThat(layout.events(), hasSize(2 * events));
  }

  @Test
  void recordsOfSeveralLines() {
    Layout layout = records(EVENT + "\n" + EVENT + "\n", EVENT + "\n" + EVENT);
    assertThat(layout.eventsInRecord(), is("lines"));
    assertThat(layout.events(), hasSize(4));
    assertThat(layout.records(), hasSize(2));
  }

  @ParameterizedTest
  @CsvSource({"GZIP, gzip", "ZSTD, zstd"})
  void compressedValues(Compression by, String name) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (WritableByteChannel out = by.writeCompressed(Channels.newChannel(compressed))) {
      out.write(java.nio.ByteBuffer.wrap(bytes(EVENT)));
    }
    Layout layout = records(compressed.toByteArray(), compressed.toByteArray());
    assertThat(layout.compression(), is(name));
    assertThat(layout.events(), hasSize(2));
    assertThat(layout.records().get(0), is(compressed.toByteArray()));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '!',
      textBlock =
          """
          a,time                    ! x,1      ! {type: csv, columns: "a,time"}
          a;time                    ! x;1      ! {type: csv, columns: "a,time", delimiter: ";"}
          a|time                    ! x|1      ! {type: csv, columns: "a,time", delimiter: "|"}
          "a","time"                ! "x, y",1 ! {type: csv, columns: "a,time"}
          """)
  void csvInAFile(String header, String line, String expected) {
    Layout layout = file(header + "\n" + line + "\n" + line + "\n");
    assertThat(layout.format(), is(expected));
    assertThat(layout.events(), hasSize(2));
    assertThat(layout.notes().toString(), containsString("is one dead letter"));
  }

  @Test
  void csvWithTabs() {
    assertThat(
        file("a\ttime\nx\t1\n").format(), is("{type: csv, columns: \"a,time\", delimiter: tab}"));
  }

  @Test
  void csvWhoseRecordsNameTheColumns() {
    assertThat(
        records("a,time\nx,1\ny,2\n", "a,time\nz,3\n").format(), is("{type: csv, header: true}"));
  }

  @ParameterizedTest
  @CsvSource({
    "1772359200, s",
    "1772359200123, ms",
    "1772359200123456, us",
    "1772359200123456789, ns"
  })
  void lineProtocolInEachUnit(String time, String unit) {
    Layout layout = records("cpu,host=a idle=1.5 " + time, "cpu,host=b idle=2 " + time);
    assertThat(layout.shipped(), containsString("precision: " + unit));
    assertThat(layout.shipped(), containsString("format: epoch_" + unit));
  }

  /** A log record in protobuf: resource logs, scope logs, log record with a time and a text. */
  @Test
  void openTelemetryInProtobuf() {
    byte[] request =
        HexFormat.of().parseHex("0a16121412120900e40b5402000018" + "2a070a05" + "68656c6c6f");
    Layout layout = records(request);
    assertThat(layout.shipped(), containsString("contract: otel-logs"));
  }

  private static String refusal(byte[]... values) {
    String message = assertThrows(WrongUseException.class, () -> records(values)).getMessage();
    assertThat(message, not(containsString("\n")));
    return message;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          <!DOCTYPE html><html></html> | an HTML page
          <?xml version="1.0"?><a/>    | XML
          {"id":1,}                    | invalid JSON (line 1, column
          2026-03-01 ERROR it failed   | plain text
          "text"                       | plain text
          a,time                       | plain text
          """)
  void otherText(String text, String what) {
    assertThat(refusal(bytes(text), bytes(text)), containsString("t holds records of " + what));
  }

  @ParameterizedTest
  @CsvSource({
    "89504e470d0a1a0a0000, a PNG image",
    "ffd8ffe000104a46, a JPEG image",
    "504b030414000000, a zip archive",
    "5041523115041500, a Parquet file",
    "4f626a0104160000, an Avro object container file",
    "ffff00ff00ff00ff, binary data of no known format",
    "fffe7b0022006100, text in UTF-16",
  })
  void binary(String hex, String what) {
    byte[] value = HexFormat.of().parseHex(hex);
    assertThat(refusal(value), containsString(what));
    assertThat(
        assertThrows(WrongUseException.class, () -> file(value, false)).getMessage(),
        containsString("f holds " + what));
  }

  @Test
  void recordsOfASchemaRegistry() {
    assertThat(
        refusal(HexFormat.of().parseHex("000000000702086162")),
        containsString("schema id 7): init cannot read them without their schema"));
    assertThat(
        refusal(HexFormat.of().parseHex("00000000077b7d")), containsString("expected plain JSON"));
  }

  @Test
  void nothing() {
    assertThat(
        assertThrows(WrongUseException.class, () -> file(" \n\n")).getMessage(),
        containsString("f is empty"));
    assertThat(
        assertThrows(WrongUseException.class, () -> records(new byte[0])).getMessage(),
        containsString("t holds no record"));
  }
}
