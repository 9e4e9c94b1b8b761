package io.millrace.decode;

import com.github.luben.zstd.ZstdOutputStream;
import io.millrace.contract.Compression;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Makes records that are compressed, and decoders that decompress. */
final class Compressed {
  static final long TIME = 1_772_359_200_000L;
  static final int MAX_BYTES = 100_000;
  static final String EVENT = "{\"id\":\"first\",\"at\":\"2026-03-01T10:00:00Z\",\"x\":1}";

  /** What a decoder hands over. */
  static final class Found implements RecordDecoder.Receiver {
    final List<Event> events = new ArrayList<>();
    final List<SourceRecord> dead = new ArrayList<>();

    @Override
    public void event(Event event) {
      events.add(event);
    }

    @Override
    public void dead(DecodeException reason, SourceRecord element) {
      dead.add(element);
    }
  }

  static Contract contract(String compression, String more) {
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

  static RecordDecoder one(String compression) {
    return RecordDecoder.compile(contract(compression, "}"), () -> TIME);
  }

  static RecordDecoder lines(String compression) {
    return RecordDecoder.compile(
        contract(compression, ", max_record_bytes: 200000}\nevents: lines"), () -> TIME);
  }

  static SourceRecord record(byte[] value, Header... headers) {
    return new SourceRecord("t", 0, 7, new byte[] {1}, value, List.of(headers), TIME, TIME);
  }

  static Header header(String name, String value) {
    return new Header(name, utf8(value));
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** As a producer does that does not know the size before: the frame does not hold it. */
  static byte[] zstdStream(byte[] plain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZstdOutputStream out = new ZstdOutputStream(bytes).setChecksum(true)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static byte[] compressed(Compression by, byte[] plain) {
    return by == Compression.GZIP ? gzip(plain) : zstdStream(plain);
  }

  static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      bytes.writeBytes(part);
    }
    return bytes.toByteArray();
  }

  private Compressed() {}
}
