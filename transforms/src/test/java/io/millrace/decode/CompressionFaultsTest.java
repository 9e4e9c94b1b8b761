package io.millrace.decode;

import static io.millrace.decode.Compressed.EVENT;
import static io.millrace.decode.Compressed.MAX_BYTES;
import static io.millrace.decode.Compressed.compressed;
import static io.millrace.decode.Compressed.gzip;
import static io.millrace.decode.Compressed.header;
import static io.millrace.decode.Compressed.joined;
import static io.millrace.decode.Compressed.lines;
import static io.millrace.decode.Compressed.one;
import static io.millrace.decode.Compressed.record;
import static io.millrace.decode.Compressed.utf8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.github.luben.zstd.Zstd;
import com.sun.management.ThreadMXBean;
import io.millrace.contract.Compression;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compressed values that are corrupt, too large, or not compressed at all. */
class CompressionFaultsTest {

  private final Compressed.Found found = new Compressed.Found();

  private DecodeException failure(RecordDecoder decoder, SourceRecord record) {
    return assertThrows(DecodeException.class, () -> decoder.decode(record, found));
  }

  /** A header with every optional part. */
  @Test
  void aGzipHeaderMayHoldANameACommentAndMore() throws DecodeException {
    byte[] plain = gzip(utf8(EVENT));
    byte[] header = {0x1f, (byte) 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3};
    byte[] optional = joined(header, new byte[] {3, 0, 7, 7, 7}, utf8("name\0"), utf8("what\0"));
    CRC32 checksum = new CRC32();
    checksum.update(optional);
    int low = (int) checksum.getValue();
    byte[] deflated = Arrays.copyOfRange(plain, 10, plain.length);

    byte[] value = joined(optional, new byte[] {(byte) low, (byte) (low >> 8)}, deflated);
    one("gzip").decode(record(value), found);
    assertEquals(1, found.events.size());

    byte[] wrong = joined(optional, new byte[] {(byte) ~low, (byte) (low >> 8)}, deflated);
    assertEquals(DeadLetterCode.CORRUPT_COMPRESSION, failure(one("gzip"), record(wrong)).code());
    for (int length = 0; length < optional.length + 2; length++) {
      byte[] cut = Arrays.copyOf(value, length);
      if (length > 0) {
        assertEquals(DeadLetterCode.CORRUPT_COMPRESSION, failure(one("gzip"), record(cut)).code());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"GZIP", "ZSTD"})
  void whatIsCutOffOrFollowedByGarbageIsDead(Compression by) {
    RecordDecoder decoder = one(by.name().toLowerCase(Locale.ROOT));
    byte[] whole = compressed(by, utf8(EVENT));
    for (int length = 1; length < whole.length; length++) {
      DecodeException e = failure(decoder, record(Arrays.copyOf(whole, length)));
      assertEquals(DeadLetterCode.CORRUPT_COMPRESSION, e.code(), "length " + length);
    }
    for (String garbage : List.of("\0", "{}", "some more bytes than a header has")) {
      DecodeException e = failure(decoder, record(joined(whole, utf8(garbage))));
      assertEquals(DeadLetterCode.CORRUPT_COMPRESSION, e.code());
    }
    assertEquals(DeadLetterCode.CORRUPT_COMPRESSION, failure(decoder, record(utf8(EVENT))).code());
    assertEquals(List.of(), found.events);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd", "header"})
  void noValueIsATombstoneAndNoBytesAreEmpty(String compression) {
    assertEquals(DeadLetterCode.TOMBSTONE, failure(one(compression), record(null)).code());
    assertEquals(DeadLetterCode.EMPTY, failure(one(compression), record(new byte[0])).code());
  }

  @Test
  void anUnknownEncodingIsDead() {
    for (Header[] headers :
        new Header[][] {
          {header("content-encoding", "br")},
          {header("content-encoding", "gzip, zstd")},
          {header("content-encoding", "gzip"), header("content-encoding", "gzip")},
        }) {
      DecodeException e = failure(one("header"), record(gzip(utf8(EVENT)), headers));
      assertEquals(DeadLetterCode.CORRUPT_COMPRESSION, e.code());
      assertEquals(
          "header content-encoding: expected one of gzip, x-gzip, zstd, identity", e.getMessage());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"GZIP", "ZSTD"})
  void theLimitCountsExpandedBytes(Compression by) throws DecodeException {
    String name = by.name().toLowerCase(Locale.ROOT);
    String padding = " ".repeat(MAX_BYTES - EVENT.length());
    one(name).decode(record(compressed(by, utf8(EVENT + padding))), found);
    assertEquals(1, found.events.size());

    byte[] tooLarge = compressed(by, utf8(EVENT + padding + " "));
    DecodeException e = failure(one(name), record(tooLarge));
    assertEquals(DeadLetterCode.TOO_LARGE, e.code());
    assertEquals("expected at most 100000 bytes, decompressed", e.getMessage());

    lines(name).decode(record(tooLarge), found);
    assertEquals(1, found.dead.size());
    assertEquals(
        DeadLetterCode.TOO_LARGE,
        failure(lines(name), record(compressed(by, new byte[200_001]))).code());
  }

  @ParameterizedTest
  @EnumSource(names = {"GZIP", "ZSTD"})
  void aBombCostsNoMoreMemoryThanTheLimit(Compression by) {
    RecordDecoder decoder = one(by.name().toLowerCase(Locale.ROOT));
    byte[] zeros = new byte[50_000_000];
    List<byte[]> bombs = new ArrayList<>(List.of(compressed(by, zeros)));
    if (by == Compression.ZSTD) {
      bombs.add(Zstd.compress(zeros));
    }
    // Many small members are a bomb too.
    byte[][] members = new byte[1_000][];
    Arrays.fill(members, compressed(by, new byte[1_000]));
    bombs.add(joined(members));
    for (byte[] bomb : bombs) {
      SourceRecord record = record(bomb);
      failure(decoder, record);
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long before = threads.getCurrentThreadAllocatedBytes();
      DecodeException e = failure(decoder, record);
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertEquals(DeadLetterCode.TOO_LARGE, e.code());
      // The limit, and the smaller arrays before it, which are garbage by then.
      assertThat(allocated, lessThan(3L * MAX_BYTES + 50_000));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"GZIP", "ZSTD"})
  void noBytesMakeAnythingButTheEventOrADeadLetter(Compression by) throws DecodeException {
    RecordDecoder decoder = one(by.name().toLowerCase(Locale.ROOT));
    byte[] whole = compressed(by, utf8(EVENT));
    decoder.decode(record(whole), found);
    Event event = found.events.get(0);
    Random random = new Random(29);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = whole.clone();
      for (int n = random.nextInt(3); n >= 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      if (random.nextInt(4) == 0) {
        bytes = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length));
      }
      found.events.clear();
      try {
        decoder.decode(record(bytes), found);
        // Only the file's time and system in a header are no part of a checksum.
        assertEquals(event.values(), found.events.get(0).values());
      } catch (DecodeException e) {
        assertEquals(List.of(), found.events);
      }
    }
  }
}
