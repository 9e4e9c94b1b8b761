package io.millrace.lookup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.contract.Lookup.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sources that stop, are emptied, or have secrets in their addresses. */
@Timeout(60)
class LookupFaultsTest {
  @TempDir private Path directory;

  /** As the body of an HTTP answer whose server stops; it ends when another thread closes it. */
  private static final class Stopped extends InputStream {
    private final CountDownLatch closed = new CountDownLatch(1);

    @Override
    public int read() throws IOException {
      try {
        closed.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      return -1;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      return read();
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }

  @Test
  void aSourceThatStopsIsAFailureAndNoEnd() throws Exception {
    try (LimitedReading reading = new LimitedReading(new Stopped(), Duration.ofMillis(50))) {
      assertThrows(IOException.class, reading::readAllBytes);
      assertThat(reading.isOver(), is(true));
    }
  }

  @Test
  void aSourceThatIsReadInTimeIsComplete() throws Exception {
    LimitedReading reading =
        new LimitedReading(new ByteArrayInputStream("all".getBytes(UTF_8)), Duration.ofHours(1));
    assertThat(new String(reading.readAllBytes(), UTF_8), is("all"));
    reading.close();
    assertThat(reading.isOver(), is(false));
  }

  @Test
  void noRowsDoNotReplaceRows() throws Exception {
    Path file = directory.resolve("users.jsonl");
    var lookup = TestLookups.lookup(Kind.JSONL, file.toUri().toString(), 1 << 20, Map.of());
    Files.writeString(file, "");
    LookupVersion none = Lookups.load(lookup, TestLookups.COLUMNS, null);
    assertThat("an empty table at the start", none.index().rows(), is(0L));
    Files.writeString(file, "{\"id\":1,\"c\":\"DE\"}");
    LookupVersion one = Lookups.load(lookup, TestLookups.COLUMNS, none);
    assertThat(one.index().rows(), is(1L));
    Files.writeString(file, "");
    LookupException e =
        assertThrows(LookupException.class, () -> Lookups.load(lookup, TestLookups.COLUMNS, one));
    assertThat(e.getMessage(), containsString("has no rows any more"));
  }

  @Test
  void messagesHoldNoParametersOfAUrl() {
    String from = "https://host/users.csv?X-Signature=0123456789";
    String shown = Lookups.shown(TestLookups.lookup(Kind.CSV, from, 1 << 20, Map.of()));
    assertThat(shown, containsString("https://host/users.csv?"));
    assertThat(shown, not(containsString("0123456789")));
  }
}
