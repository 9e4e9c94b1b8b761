package io.millrace.decode;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStream;
import com.sun.management.ThreadMXBean;
import io.millrace.contract.Compression;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractException;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import io.millrace.event.SourceRecordCoder;
import io.millrace.transforms.DecodeEvents;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records whose value the producer has compressed. */
@ExtendWith(TestPipelineExtension.class)
class CompressionTest {
  private static final long TIME = 1_772_359_200_000L;
  private static final int MAX_BYTES = 100_000;
  private static final String EVENT = "{\"id\":\"first\",\"at\":\"2026-03-01T10:00:00Z\",\"x\":1}";

  /** What a decoder hands over. */
  private static final class Found implements RecordDecoder.Receiver {
    private final List<Event> events = new ArrayList<>();
    private final List<SourceRecord> dead = new ArrayList<>();

    @Override
    public void event(Event event) {
      events.add(event);
    }

    @Override
    public void dead(DecodeException reason, SourceRecord element) {
      dead.add(element);
    }
  }

  private final Found found = new Found();

  private static Contract contract(String compression, String more) {
    return ContractLoader.parse(
        """
        contract: c
        version: 1
        compression: %s
        limits: {max_bytes: %d%s
        fields:
          id: {type: string, required: true}
          at: {type: timestamp, required: true}
        event_time: {field: at}
        identity: [id, at]
        unknown_fields: {column: extra, as: json}
        tables: {normal: {name: t}}
        """
            .formatted(compression, MAX_BYTES, more),
        "c.yaml");
  }

  private static RecordDecoder one(String compression) {
    return RecordDecoder.compile(contract(compression, "}"), () -> TIME);
  }

  private static RecordDecoder lines(String compression) {
    return RecordDecoder.compile(
        contract(compression, ", max_record_bytes: 200000}\nevents: lines"), () -> TIME);
  }

  private static SourceRecord record(byte[] value, Header... headers) {
    return new SourceRecord("t", 0, 7, new byte[] {1}, value, List.of(headers), TIME, TIME);
  }

  private static Header header(String name, String value) {
    return new Header(name, utf8(value));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** As a producer does that does not know the size before: the frame does not hold it. */
  private static byte[] zstdStream(byte[] plain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZstdOutputStream out = new ZstdOutputStream(bytes).setChecksum(true)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] compressed(Compression by, byte[] plain) {
    return by == Compression.GZIP ? gzip(plain) : zstdStream(plain);
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      bytes.writeBytes(part);
    }
    return bytes.toByteArray();
  }

  private DecodeException failure(RecordDecoder decoder, SourceRecord record) {
    return assertThrows(DecodeException.class, () -> decoder.decode(record, found));
  }

  @ParameterizedTest
  @EnumSource(names = {"GZIP", "ZSTD"})
  void theEventOfACompressedRecordKeepsTheRecordAsItCame(Compression by) throws Exception {
    Contract contract = contract(by.name().toLowerCase(Locale.ROOT), "}");
    SourceRecord record = record(compressed(by, utf8(EVENT)), header("h", "v"));

    RecordDecoder decoder = RecordDecoder.compile(contract, () -> TIME);
    assertEquals(1, decoder.decode(record, found));

    Event event = found.events.get(0);
    assertSame(record, event.origin());
    assertEquals("first", event.row().getString("id"));
    assertEquals("{\"x\":1}", event.row().getString("extra"));
    assertEquals(event, CoderUtils.clone(EventCoder.of(contract.schema()), event));
  }

  @Test
  void aFrameThatHoldsItsSizeIsExpandedToo() throws DecodeException {
    one("zstd").decode(record(Zstd.compress(utf8(EVENT))), found);
    assertEquals("first", found.events.get(0).row().getString("id"));
  }

  @ParameterizedTest
  @EnumSource(names = {"GZIP", "ZSTD"})
  void severalMembersAreOneValue(Compression by) throws DecodeException {
    byte[] plain = utf8(EVENT);
    byte[] first = Arrays.copyOfRange(plain, 0, 9);
    byte[] rest = Arrays.copyOfRange(plain, 9, plain.length);
    byte[] value = joined(compressed(by, first), compressed(by, new byte[0]), compressed(by, rest));

    one(by.name().toLowerCase(Locale.ROOT)).decode(record(value), found);

    assertEquals("first", found.events.get(0).row().getString("id"));
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

  @ParameterizedTest
  @CsvSource({
    "content-encoding, gzip, GZIP",
    "Content-Encoding, ' GZip ', GZIP",
    "CONTENT-ENCODING, x-gzip, GZIP",
    "content-encoding, ZSTD, ZSTD",
    "content-encoding, identity, NONE",
    "content-encoding, '', NONE",
    "other, gzip, NONE",
  })
  void theHeaderNamesTheCompression(String name, String value, Compression by)
      throws DecodeException {
    byte[] plain = utf8(EVENT);
    byte[] bytes = by == Compression.NONE ? plain : compressed(by, plain);
    one("header").decode(record(bytes, header("a", "b"), header(name, value)), found);
    assertEquals("first", found.events.get(0).row().getString("id"));
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

  @Test
  void anElementOfACompressedRecordIsReplayedAsItIs() throws DecodeException {
    byte[] value = gzip(utf8(EVENT + "\n{\"id\":1}\n" + EVENT));
    Header[] headers = {header("Content-Encoding", "gzip"), header("h", "v")};
    for (String compression : List.of("gzip", "header")) {
      found.events.clear();
      found.dead.clear();
      RecordDecoder decoder = lines(compression);
      assertEquals(3, decoder.decode(record(value, headers), found));
      assertEquals(2, found.events.size());
      assertArrayEquals(utf8(EVENT), found.events.get(0).origin().value());
      SourceRecord dead = found.dead.get(0);
      assertArrayEquals(utf8("{\"id\":1}"), dead.value());
      assertEquals(
          List.of(header("h", "v"), header("millrace-decompressed", "gzip")), dead.headers());

      Header[] kept = dead.headers().toArray(new Header[0]);
      assertEquals(1, decoder.decode(record(utf8(EVENT), kept), found));
      assertEquals(3, found.events.size());
    }
  }

  /** Of a record that held only one element, no header says that it was one. */
  @Test
  void anElementThatWasNotCompressedIsNotExpandedByItsHeader() throws DecodeException {
    SourceRecord element = record(utf8(EVENT), header(DeadLetterFactory.ELEMENT_HEADER, "3"));
    assertEquals(1, lines("zstd").decode(element, found));
  }

  @Test
  void aWholeDeadRecordHoldsTheCompressedBytes(TestPipeline pipeline) {
    Contract contract = contract("gzip", ", max_events: 2}\nevents: lines");
    byte[] tooMany = gzip(utf8("{}\n{}\n{}\n"));
    byte[] corrupt = utf8("no gzip");
    var dead =
        pipeline
            .apply(Create.of(record(tooMany), record(corrupt)).withCoder(SourceRecordCoder.of()))
            .apply(DecodeEvents.of(contract, DeadLetterFactory.of(contract, "p", () -> 0), () -> 0))
            .get(DecodeEvents.DEAD)
            .apply(
                MapElements.into(TypeDescriptors.strings())
                    .via(
                        (DeadLetter letter) ->
                            letter.code().label()
                                + letter.origin().headers()
                                + Base64.getEncoder().encodeToString(letter.origin().value())));
    PAssert.that(dead)
        .containsInAnyOrder(
            "too_large[]" + Base64.getEncoder().encodeToString(tooMany),
            "corrupt_compression[]" + Base64.getEncoder().encodeToString(corrupt));
    pipeline.run().waitUntilFinish();
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

  /** By it a sink knows that the size of a record says nothing about that of its row. */
  @Test
  void aCompressedValueIsRecognizedByItsFirstBytes() {
    assertTrue(Compression.isLikely(gzip(new byte[0])));
    assertTrue(Compression.isLikely(zstdStream(new byte[0])));
    assertFalse(Compression.isLikely(utf8(EVENT)));
    assertFalse(Compression.isLikely(new byte[] {0x1f, (byte) 0x8b, 8}));
  }

  @Test
  void anUnknownCompressionIsAProblemOfTheContract() {
    ContractException e = assertThrows(ContractException.class, () -> contract("lz4", "}"));
    assertThat(
        e.getMessage(),
        containsString("c.yaml: compression: expected one of none, gzip, zstd, header; found"));
    assertEquals(Compression.NONE, contract("none", "}").compression());
  }
}
