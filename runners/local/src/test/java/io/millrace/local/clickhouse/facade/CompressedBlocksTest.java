package io.millrace.local.clickhouse.facade;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CompressedBlocksTest {
  /** Longer than a block, half of it incompressible. */
  private static byte[] sample() {
    byte[] data = new byte[1_000_000];
    new Random(7).nextBytes(data);
    Arrays.fill(data, 0, 500_000, (byte) '\n');
    return data;
  }

  private static byte[] compress(byte[] data) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = CompressedBlocks.writer(bytes)) {
      out.write(data);
    }
    return bytes.toByteArray();
  }

  private static byte[] decompress(byte[] blocks) throws IOException {
    return CompressedBlocks.reader(new ByteArrayInputStream(blocks)).readAllBytes();
  }

  @Test
  void readsWhatItWrites() throws IOException {
    byte[] blocks = compress(sample());
    assertThat(blocks.length, lessThan(600_000));
    assertThat(Arrays.equals(decompress(blocks), sample()), is(true));
  }

  @Test
  void refusesAFlippedBit() throws IOException {
    byte[] blocks = compress(sample());
    blocks[blocks.length / 2] ^= 1;
    ServerError refused = assertThrows(ServerError.class, () -> decompress(blocks));
    assertThat(refused.code(), is(40));
  }

  @Test
  void refusesACutOffBlock() throws IOException {
    byte[] blocks = compress(sample());
    assertThrows(EOFException.class, () -> decompress(Arrays.copyOf(blocks, blocks.length - 1)));
  }

  @Test
  void refusesPlainText() throws IOException {
    byte[] text = "INSERT INTO t VALUES (1), (2), (3)".getBytes(StandardCharsets.UTF_8);
    assertThat(assertThrows(ServerError.class, () -> decompress(text)).code(), is(271));
  }

  @Test
  void tellsTheEnginesNestedErrorOnce() {
    ServerError error =
        ServerError.fromEngine(
            "Code: 33. DB::Exception: Code: 33. DB::Exception: Cannot read (in file x). (A_B)"
                + " (version 26.5.1.1). (A_B)");
    assertThat(error.code(), is(33));
    assertThat(error.getMessage(), containsString("Cannot read"));
    assertThat(error.getMessage().indexOf("Code:", 1), is(-1));
  }
}
