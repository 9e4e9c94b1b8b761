package io.millrace.file;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineReaderTest {
  private static final int KEEP = 8;

  /** Lines as ISO 8859-1, one character a byte. */
  private static List<String> lines(String text, int keep) throws IOException {
    return lines(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)), keep);
  }

  private static List<String> lines(InputStream in, int keep) throws IOException {
    List<String> lines = new ArrayList<>();
    try (LineReader reader = new LineReader(in, 0, keep)) {
      for (byte[] line = reader.next(); line != null; line = reader.next()) {
        lines.add(new String(line, StandardCharsets.ISO_8859_1));
      }
    }
    return lines;
  }

  @Test
  void aLineEndsWithOrWithoutCarriageReturnAndTheLastOneAnyhow() throws IOException {
    assertThat(lines("", KEEP), equalTo(List.of()));
    assertThat(lines("\n", KEEP), equalTo(List.of("")));
    assertThat(lines("a\nb\r\nc", KEEP), equalTo(List.of("a", "b", "c")));
    assertThat(lines("a\nb\n", KEEP), equalTo(List.of("a", "b")));
    assertThat(lines("a\n\r\n\nb", KEEP), equalTo(List.of("a", "", "", "b")));
  }

  @Test
  void bytesAreUntouched() throws IOException {
    String bytes = "\u00ff\u0000\u00c3\r\u00bc ";
    assertThat(lines(bytes + "\n" + bytes, KEEP), equalTo(List.of(bytes, bytes)));
  }

  @Test
  void tooLongALineIsCutAndTheNextOneIsWhole() throws IOException {
    assertThat(lines("12345678\r\nx", KEEP), equalTo(List.of("12345678", "x")));
    assertThat(lines("123456789\r\nx", KEEP), equalTo(List.of("12345678", "x")));
    assertThat(lines("1234567890123\nx", KEEP), equalTo(List.of("12345678", "x")));
    assertThat(lines("1234567890123", KEEP), equalTo(List.of("12345678")));
  }

  @Test
  void aLineOfTwoGigabytesIsReadOverWithoutBeingHeld() throws IOException {
    long length = (1L << 31) + 5;
    InputStream endless =
        new InputStream() {
          private long left = length;

          @Override
          public int read() {
            throw new IllegalStateException("reads blocks");
          }

          @Override
          public int read(byte[] into, int at, int count) {
            if (left == 0) {
              return -1;
            }
            int now = (int) Math.min(left, count);
            Arrays.fill(into, at, at + now, (byte) 'x');
            left -= now;
            return now;
          }
        };
    assertThat(lines(endless, KEEP), equalTo(List.of("xxxxxxxx")));
  }

  @Test
  void positionsAreThoseOfTheFile() throws IOException {
    byte[] text = "one\r\n\ntwo and more\nlast".getBytes(StandardCharsets.UTF_8);
    List<Long> positions = new ArrayList<>();
    try (LineReader reader = new LineReader(new ByteArrayInputStream(text), 100, KEEP)) {
      while (reader.next() != null) {
        positions.add(reader.position());
      }
    }
    assertThat(positions, equalTo(List.of(105L, 106L, 119L, 123L)));
  }

  @Test
  void linesAcrossBuffersAreWhole() throws IOException {
    Random random = new Random(7);
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      expected.add("x".repeat(random.nextInt(5000)));
    }
    assertThat(lines(String.join("\r\n", expected), 10_000), equalTo(expected));
  }
}
