package io.millrace.decode;

import static io.millrace.decode.Compressed.EVENT;
import static io.millrace.decode.Compressed.TIME;
import static io.millrace.decode.Compressed.compressed;
import static io.millrace.decode.Compressed.contract;
import static io.millrace.decode.Compressed.gzip;
import static io.millrace.decode.Compressed.header;
import static io.millrace.decode.Compressed.joined;
import static io.millrace.decode.Compressed.lines;
import static io.millrace.decode.Compressed.one;
import static io.millrace.decode.Compressed.record;
import static io.millrace.decode.Compressed.utf8;
import static io.millrace.decode.Compressed.zstdStream;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import io.millrace.contract.Compression;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractException;
import io.millrace.contract.yaml.Problems;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import io.millrace.event.SourceRecordCoder;
import io.millrace.transforms.DecodeEvents;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
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

/** Records whose value the producer has compressed. */
@ExtendWith(TestPipelineExtension.class)
class CompressionTest {

  private final Compressed.Found found = new Compressed.Found();

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
        Problems.withoutPositions(e).get(0),
        containsString("c.yaml: compression: expected one of none, gzip, zstd, header; found"));
    assertEquals(Compression.NONE, contract("none", "}").compression());
  }
}
