package io.millrace.local.clickhouse;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.insert.InsertResponse;
import com.clickhouse.client.api.query.QueryResponse;
import com.clickhouse.client.api.query.QuerySettings;
import com.clickhouse.data.ClickHouseFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Binary rows come back as they were sent: the engine's cut at empty lines does not show. */
class ClickHouseBinaryIT {
  private static final int ROWS = 1_000_000;

  @TempDir Path directory;

  /** RowBinary of (UInt32, String) made on the fly: every byte value, and runs of line ends. */
  private static final class Rows extends InputStream {
    private final SplittableRandom random = new SplittableRandom(42);
    private ByteBuffer row = ByteBuffer.allocate(0);
    private int next;

    @Override
    public int read() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      int done = 0;
      while (done < length) {
        if (!row.hasRemaining() && !nextRow()) {
          return done == 0 ? -1 : done;
        }
        int count = Math.min(length - done, row.remaining());
        row.get(target, offset + done, count);
        done += count;
      }
      return done;
    }

    private boolean nextRow() {
      if (next == ROWS) {
        return false;
      }
      int size = 30 + next % 64;
      byte[] text = new byte[size];
      random.nextBytes(text);
      // A run of up to 15 line ends somewhere in each row
      int run = next % 16;
      for (int i = 0; i < run; i++) {
        text[next % 15 + i] = '\n';
      }
      text[size - 1] = (byte) next;
      row = ByteBuffer.allocate(5 + size).order(ByteOrder.LITTLE_ENDIAN);
      row.putInt(next).put((byte) size).put(text).flip();
      next++;
      return true;
    }
  }

  private static String hash(InputStream bytes) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (InputStream in = new DigestInputStream(bytes, digest)) {
      drain(in);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void drain(InputStream in) throws IOException {
    byte[] buffer = new byte[1 << 16];
    while (in.read(buffer, 0, buffer.length) >= 0) {
      // Only the digest matters.
    }
  }

  @Test
  @SuppressWarnings("try") // close() of an answer may be interrupted
  void aMillionRowsOfEveryByte() throws Exception {
    try (HttpFixture clickHouse = new HttpFixture(directory);
        Client client =
            new Client.Builder()
                .addEndpoint(clickHouse.server.address())
                .setUsername("default")
                .compressClientRequest(true)
                .build()) {
      clickHouse.server.query("CREATE TABLE b (i UInt32, s String) ENGINE = MergeTree ORDER BY i");
      long begin = System.nanoTime();
      try (InsertResponse inserted =
          client.insert("b", new Rows(), ClickHouseFormat.RowBinary).get()) {
        assertThat(inserted.getWrittenRows(), is((long) ROWS));
      }
      double insertSeconds = (System.nanoTime() - begin) / 1e9;
      assertThat(
          clickHouse.server.query("SELECT uniqExact(substring(s, length(s))) FROM b").strip(),
          is("256"));
      begin = System.nanoTime();
      try (QueryResponse rows =
          client
              .query(
                  "SELECT i, s FROM b ORDER BY i",
                  new QuerySettings().setFormat(ClickHouseFormat.RowBinary))
              .get()) {
        assertThat(hash(rows.getInputStream()), is(hash(new Rows())));
      }
      System.out.printf(
          "%d rows of every byte: inserted in %.2f s, read back and compared in %.2f s%n",
          ROWS, insertSeconds, (System.nanoTime() - begin) / 1e9);
    }
  }
}
