package io.millrace.decode.influx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.decode.DecodeException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LinesTest {
  private static final int STRINGS_IN_LINE = 100;

  private final Lines lines = new Lines();
  private final LineParser parser = new LineParser();
  private final Point point = new Point();

  @Test
  void stringsBeyondThoseThatAreKeptAreParsedAllTheSame() throws Exception {
    StringBuilder line = new StringBuilder("m ");
    for (int i = 0; i < STRINGS_IN_LINE; i++) {
      line.append(i == 0 ? "" : ",").append('f').append(i).append("=\"a\\\"b\nc\"");
    }
    int count = Lines.MOST_STRINGS / STRINGS_IN_LINE + 2;
    byte[] record = (line + "\n").repeat(count).getBytes(StandardCharsets.UTF_8);
    lines.find(record, 0, count);

    assertEquals(count, lines.count());
    assertEquals(Lines.MOST_STRINGS, lines.stringsEnd(count - 1));
    assertHoldsTheStrings(record, 0);
    // The first line of which only some strings are kept, and one without any
    assertHoldsTheStrings(record, count - 2);
    assertHoldsTheStrings(record, count - 1);
  }

  private void assertHoldsTheStrings(byte[] record, int number) throws DecodeException {
    byte[] line = Arrays.copyOfRange(record, lines.from(number), lines.to(number));
    parser.parse(line, lines, number, point);
    assertEquals(STRINGS_IN_LINE, point.fields.count());
    for (int i = 0; i < STRINGS_IN_LINE; i++) {
      assertEquals("a\"b\nc", point.fields.text(i).toString());
    }
  }
}
