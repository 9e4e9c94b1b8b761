package io.millrace.decode.protobuf;

import static io.millrace.decode.protobuf.ProtobufDecoding.EVENT;
import static io.millrace.decode.protobuf.ProtobufDecoding.decoder;
import static io.millrace.decode.protobuf.ProtobufDecoding.entry;
import static io.millrace.decode.protobuf.ProtobufDecoding.event;
import static io.millrace.decode.protobuf.ProtobufDecoding.fails;
import static io.millrace.decode.protobuf.ProtobufDecoding.field;
import static io.millrace.decode.protobuf.ProtobufDecoding.message;
import static io.millrace.decode.protobuf.ProtobufDecoding.row;
import static io.millrace.decode.protobuf.ProtobufDecoding.set;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Int64Value;
import com.google.protobuf.Message;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.DecodeException;
import io.millrace.decode.json.Decoding;
import io.millrace.event.DeadLetterCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

/** Bytes that are no message: each is dead for a reason, at bounded cost. */
class ProtobufBytesTest {
  private static byte[] nested(int depth) {
    Message meta = message("Meta", "user", "u");
    for (int i = 0; i < depth; i++) {
      meta = message("Meta", "inner", meta);
    }
    return event("meta", meta).build().toByteArray();
  }

  @Test
  void bytesThatAreNoMessageAreDead() throws IOException {
    ProtobufDecoder decoder = decoder();
    fails(decoder, null, DeadLetterCode.TOMBSTONE, "expected an event, found a null body");
    fails(decoder, new byte[0], DeadLetterCode.EMPTY, "expected an event, found no bytes");
    byte[] whole = event().build().toByteArray();
    fails(
        decoder,
        Arrays.copyOf(whole, 2),
        DeadLetterCode.TRUNCATED,
        "byte 2: the message ends in a field");
    fails(
        decoder,
        new byte[] {7},
        DeadLetterCode.MALFORMED_BINARY,
        "byte 1: expected a field in Protobuf's wire format");
    fails(decoder, new byte[] {10, 1, (byte) 0xff}, DeadLetterCode.NOT_UTF8, "id: expected UTF-8");

    DecodeException e =
        assertThrows(DecodeException.class, () -> decoder.decode(Decoding.record(nested(12))));
    assertEquals(DeadLetterCode.TOO_DEEP, e.code());

    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CodedOutputStream coded = CodedOutputStream.newInstance(out);
    coded.writeTag(1, 2);
    coded.writeUInt32NoTag(Integer.MAX_VALUE);
    coded.flush();
    fails(
        decoder,
        out.toByteArray(),
        DeadLetterCode.TRUNCATED,
        "byte 6: the message ends in a field");
  }

  @Test
  void bytesChangedAtRandomAreEventsOrDead() throws IOException {
    ProtobufDecoder decoder =
        decoder(
            "n: {type: int32}",
            "color: {type: string}",
            "names: {type: array, items: {type: string}}",
            "counts: {type: map}",
            "user: {path: meta.user, type: string}",
            "wrapped: {type: int64}",
            "items: {type: array, items: {type: record, fields: {n: {type: int32}}}}");
    byte[] valid =
        event("names", List.of("x", "y"))
            .setField(field(EVENT, "n"), 300L)
            .setField(field(EVENT, "counts"), List.of(entry("counts", "k", 3L)))
            .setField(field(EVENT, "meta"), message("Meta", "user", "ä", "f", 0.1f))
            .setField(field(EVENT, "items"), List.of(message("Item", "name", "a", "n", 1)))
            .setField(field(EVENT, "wrapped"), Int64Value.of(4))
            .build()
            .toByteArray();
    Random random = new Random(20261129);
    Map<DeadLetterCode, Integer> dead = new EnumMap<>(DeadLetterCode.class);
    int events = 0;
    for (int round = 0; round < 60_000; round++) {
      byte[] bytes = valid.clone();
      for (int change = random.nextInt(4); change >= 0; change--) {
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(3)) {
          case 0 -> bytes[at] = (byte) random.nextInt();
          case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
          default -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        }
      }
      try {
        Row row = decoder.decode(Decoding.record(bytes)).row();
        events++;
        // What is accepted, Protobuf's own reader accepts too, with the same values.
        Message read = DynamicMessage.newBuilder(EVENT).mergeFrom(bytes).buildPartial();
        assertEquals(
            String.valueOf(read.getField(field(EVENT, "n"))), String.valueOf(row.getInt32("n")));
        Message meta = (Message) read.getField(field(EVENT, "meta"));
        assertEquals(
            read.hasField(field(EVENT, "meta"))
                ? meta.getField(field(meta.getDescriptorForType(), "user"))
                : null,
            row.getValue("user"));
      } catch (DecodeException e) {
        dead.merge(e.code(), 1, Integer::sum);
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
      }
    }
    assertThat(events, greaterThan(1000));
    assertThat(dead.keySet().size(), greaterThan(4));
  }

  @Test
  void aHundredLevelsAreReadWhateverTheContractAllows() {
    Contract contract =
        ContractLoader.parse(
            Decoding.small("json", "n: {type: int64}")
                .replace("max_depth: 10", "max_depth: 900")
                .replace(
                    "format: json",
                    "format: {type: protobuf, schema: event.desc, message: t.Event}"),
            "small.yaml",
            name -> set());
    ProtobufDecoder decoder = ProtobufDecoder.byMessage(contract, () -> Decoding.NOW, EVENT);
    Row row = row(decoder, nested(98));
    assertTrue(row.getString("extra").endsWith("{\"user\":\"u\"}" + "}".repeat(99)));
    DecodeException e =
        assertThrows(DecodeException.class, () -> decoder.decode(Decoding.record(nested(99))));
    assertEquals(DeadLetterCode.TOO_DEEP, e.code());
  }
}
