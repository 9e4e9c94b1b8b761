package io.millrace.decode.csv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.decode.DecodeException;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random records: those that are CSV are read as they were written, of others nothing is lost. */
class CsvFuzzTest {
  private static final String[] PARTS = {
    "a", "b c", ",", "\"", "\n", "\r\n", "\r", "é", "😀", ";", "'", "\\", "\t", "1", "\u0000", " "
  };
  private static final String[] FIELDS = {"s: {type: string}", "u: {path: t, type: text}"};

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(6); n > 0; n--) {
      text.append(PARTS[random.nextInt(PARTS.length)]);
    }
    return text.toString();
  }

  /** A cell that means a text, with quotes where they are necessary, and now and then elsewhere. */
  private static String cell(String text, Random random) {
    boolean quoted =
        text.isEmpty()
            || text.contains(",")
            || text.contains("\"")
            || text.contains("\r")
            || text.contains("\n")
            || random.nextInt(4) == 0;
    return quoted ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }

  @Test
  void whatIsWrittenIsRead() throws DecodeException {
    Random random = new Random(80);
    for (boolean header : new boolean[] {false, true}) {
      CsvDecoding decoding =
          CsvDecoding.of(header ? "header: true" : "columns: 'at, s, t, x'", FIELDS);
      for (int i = 0; i < 3_000; i++) {
        StringBuilder csv = new StringBuilder(header ? "at,s,t,x\n" : "");
        List<List<String>> rows = new ArrayList<>();
        for (int n = 1 + random.nextInt(5); n > 0; n--) {
          List<String> row = List.of(text(random), text(random), text(random));
          rows.add(row);
          csv.append(random.nextInt(1_000));
          row.forEach(text -> csv.append(',').append(cell(text, random)));
          csv.append(n == 1 && random.nextBoolean() ? "" : random.nextBoolean() ? "\n" : "\r\n");
        }
        decoding.decode(csv.toString());
        assertEquals(List.of(), decoding.dead);
        assertEquals(rows.size(), decoding.events.size());
        for (int row = 0; row < rows.size(); row++) {
          Event event = decoding.events.get(row);
          assertEquals(rows.get(row).get(0), event.row().getString("s"));
          assertEquals(rows.get(row).get(1), event.row().getString("u"));
          assertEquals(json(rows.get(row).get(2)), event.row().getString("extra"));
        }
      }
    }
  }

  private static String json(String text) {
    return "{\"x\":\""
        + text.replace("\\", "\\\\")
            .replace("\"", "\\\"")
            .replace("\n", "\\n")
            .replace("\r", "\\r")
            .replace("\t", "\\t")
            .replace("\u0000", "\\u0000")
        + "\"}";
  }

  /** Every byte of a record is in one element, in the order of the elements, or ends a line. */
  @Test
  void ofAnyBytesNothingIsLost() {
    Random random = new Random(81);
    CsvDecoding decoding = CsvDecoding.of("columns: 'at, s, t'", FIELDS);
    String line = "1,\"x,\"\"y\",z\r\n2,ab,\"c\nd\"\n\n3,,é\n";
    int events = 0;
    int dead = 0;
    for (int i = 0; i < 60_000; i++) {
      byte[] bytes = line.repeat(1 + random.nextInt(3)).getBytes(StandardCharsets.UTF_8);
      for (int n = random.nextInt(6); n > 0; n--) {
        int at = random.nextInt(bytes.length);
        bytes[at] = n == 1 ? (byte) random.nextInt() : bytes[random.nextInt(bytes.length)];
      }
      List<byte[]> elements = new ArrayList<>();
      RecordDecoder.Receiver receiver =
          new RecordDecoder.Receiver() {
            @Override
            public void event(Event event) {
              add(event.origin());
            }

            @Override
            public void dead(DecodeException reason, SourceRecord element) {
              assertTrue(reason.getMessage().lines().count() == 1, reason.getMessage());
              add(element);
            }

            private void add(SourceRecord element) {
              assertEquals(elements.size(), element.element());
              elements.add(element.value());
            }
          };
      try {
        int count = decoding.decoder.decode(CsvDecoding.record(bytes), receiver);
        assertEquals(count, elements.size());
        events += count;
      } catch (DecodeException e) {
        assertEquals(0, elements.size());
        dead++;
        continue;
      }
      int at = 0;
      for (byte[] element : elements) {
        at = passBreaks(bytes, at);
        for (byte b : element) {
          assertEquals(b, bytes[at++]);
        }
      }
      assertEquals(bytes.length, passBreaks(bytes, at));
    }
    assertTrue(events > 200_000 && dead < 3_000, events + " elements, " + dead + " dead records");
  }

  private static int passBreaks(byte[] bytes, int from) {
    int at = from;
    while (at < bytes.length
        && (bytes[at] == '\n'
            || (bytes[at] == '\r' && (at + 1 == bytes.length || bytes[at + 1] == '\n')))) {
      at++;
    }
    return at;
  }

  @Test
  void aBadLineWithoutAnOpenQuoteLeavesItsNeighboursAlone() throws DecodeException {
    Random random = new Random(82);
    CsvDecoding decoding = CsvDecoding.of("columns: 'at, s, t'", FIELDS);
    for (int i = 0; i < 5_000; i++) {
      StringBuilder csv = new StringBuilder();
      int lines = 1 + random.nextInt(6);
      int bad = random.nextInt(lines);
      for (int n = 0; n < lines; n++) {
        if (n == bad) {
          for (int k = 1 + random.nextInt(8); k > 0; k--) {
            csv.append(" ab\"1;é".charAt(random.nextInt(7)));
          }
          int first = csv.lastIndexOf("\n") + 1;
          if (csv.charAt(first) == '"') {
            csv.setCharAt(first, 'x');
          }
        } else {
          csv.append(n).append(',').append(cell(text(random), random)).append(",t");
        }
        csv.append('\n');
      }
      decoding.decode(csv.toString());
      assertEquals(lines, decoding.elements.size());
      assertEquals(1, decoding.dead.size());
      assertEquals(bad, decoding.dead.get(0).element());
    }
  }
}
