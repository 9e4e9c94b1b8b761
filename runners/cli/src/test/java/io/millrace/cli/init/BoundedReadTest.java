package io.millrace.cli.init;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.io.SampleLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BoundedReadTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static BoundedRead.Start read(String text, int records, long most) throws IOException {
    return BoundedRead.of(
        new ByteArrayInputStream(bytes(text)), new SampleLimits(records, most, LONG));
  }

  @Test
  void allOfAShortStream() throws IOException {
    BoundedRead.Start start = read("{}\n{}\n", 10, 1000);
    assertThat(start.bytes(), is(bytes("{}\n{}\n")));
    assertThat(start.cut(), is(false));
  }

  @Test
  void atMostSoManyBytesOrLines() throws IOException {
    String lines = "{\"n\":1}\n".repeat(100_000);
    BoundedRead.Start byLines = read(lines, 10, Long.MAX_VALUE);
    assertThat(byLines.cut(), is(true));
    assertThat(byLines.bytes().length, is(lessThan(lines.length())));
    BoundedRead.Start byBytes = read(lines, Integer.MAX_VALUE, 100);
    assertThat(byBytes.cut(), is(true));
    assertThat(byBytes.bytes().length, is(lessThan(lines.length())));
  }

  /** Its lines are no records. */
  @Test
  void allOfADocumentOverManyLines() throws IOException {
    String document = "{\n" + "\"n\":1,\n".repeat(100_000) + "\"m\":1}\n";
    assertThat(read(document, 10, Long.MAX_VALUE).bytes().length, is(document.length()));
  }

  @Test
  void aPipeThatNeverEnds() throws IOException {
    try (PipedInputStream in = new PipedInputStream();
        PipedOutputStream out = new PipedOutputStream(in)) {
      out.write(bytes("{}\n"));
      out.flush();
      BoundedRead.Start start =
          BoundedRead.of(in, new SampleLimits(10, 1000, Duration.ofSeconds(2)));
      assertThat(start.bytes(), is(bytes("{}\n")));
      assertThat(start.cut(), is(true));
    }
  }

  @Test
  void anErrorOfTheStream() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("disk");
          }

          @Override
          public int read(byte[] to, int from, int length) throws IOException {
            return read();
          }
        };
    assertThrows(IOException.class, () -> BoundedRead.of(broken, new SampleLimits(1, 1, LONG)));
  }
}
