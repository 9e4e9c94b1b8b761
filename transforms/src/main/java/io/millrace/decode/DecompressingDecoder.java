package io.millrace.decode;

import io.millrace.contract.Compression;
import io.millrace.contract.Contract;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Decompresses the value of each record before another decoder reads it, by the contract's {@link
 * Compression}. A value that expands to more than the contract's limit of a record is dead ({@code
 * too_large}), one that cannot be expanded is dead too ({@code corrupt_compression}).
 *
 * <p>If a record is one event, the event's origin is the record as it came, so its dead letter
 * holds the compressed bytes and can be replayed. If a record holds many, an element's origin holds
 * the element's expanded bytes. It has the header {@link DeadLetterFactory#DECOMPRESSED_HEADER} in
 * place of {@code content-encoding}. A record with that header, or {@link
 * DeadLetterFactory#ELEMENT_HEADER}, is such an element that is replayed, and is not expanded.
 *
 * <p>Cost: one array of the expanded size for each record. A value without bytes is passed on.
 */
final class DecompressingDecoder implements RecordDecoder {
  private static final String CONTENT_ENCODING = "content-encoding";

  private final RecordDecoder decoder;
  private final Compression compression;
  private final boolean holdsMany;
  private final GzipExpander gzip;
  private final ZstdExpander zstd;
  private final Original original = new Original();

  private DecompressingDecoder(
      RecordDecoder decoder, Compression compression, boolean holdsMany, int maxBytes) {
    this.decoder = decoder;
    this.compression = compression;
    this.holdsMany = holdsMany;
    this.gzip = new GzipExpander(maxBytes);
    this.zstd = new ZstdExpander(maxBytes);
  }

  /** A decoder of records in a contract's compression; the decoder itself if there is none. */
  static RecordDecoder of(Contract contract, RecordDecoder decoder) {
    if (contract.compression() == Compression.NONE) {
      return decoder;
    }
    int maxBytes =
        contract.events() == null
            ? contract.limits().maxBytes()
            : contract.events().maxRecordBytes();
    return new DecompressingDecoder(
        decoder, contract.compression(), contract.events() != null, maxBytes);
  }

  @Override
  public int decode(SourceRecord record, Receiver receiver) throws DecodeException {
    byte[] bytes = record.value();
    if (bytes == null || bytes.length == 0 || isExpanded(record)) {
      return decoder.decode(record, receiver);
    }
    Compression by = compression == Compression.HEADER ? named(record.headers()) : compression;
    if (by == Compression.NONE) {
      return decoder.decode(record, receiver);
    }
    byte[] expanded = by == Compression.GZIP ? gzip.expand(bytes) : zstd.expand(bytes);
    SourceRecord plain =
        record.element(
            record.element(), record.elements(), expanded, expandedHeaders(record.headers(), by));
    if (holdsMany) {
      return decoder.decode(plain, receiver);
    }
    original.record = record;
    original.receiver = receiver;
    return decoder.decode(plain, original);
  }

  private static boolean isExpanded(SourceRecord record) {
    return record.isReplayedElement()
        || record.header(DeadLetterFactory.DECOMPRESSED_HEADER) != null;
  }

  /** The compression that the headers name. */
  private static Compression named(List<Header> headers) throws DecodeException {
    Compression named = Compression.NONE;
    for (Header header : headers) {
      byte[] value = header.value();
      if (value == null || !header.name().equalsIgnoreCase(CONTENT_ENCODING)) {
        continue;
      }
      String encoding = new String(value, StandardCharsets.ISO_8859_1).strip();
      Compression next =
          switch (encoding.toLowerCase(Locale.ROOT)) {
            case "gzip", "x-gzip" -> Compression.GZIP;
            case "zstd" -> Compression.ZSTD;
            case "identity", "" -> Compression.NONE;
            default -> null;
          };
      if (next == null || (next != Compression.NONE && named != Compression.NONE)) {
        throw new DecodeException(
            DeadLetterCode.CORRUPT_COMPRESSION,
            "header " + CONTENT_ENCODING + ": expected one of gzip, x-gzip, zstd, identity");
      }
      named = next == Compression.NONE ? named : next;
    }
    return named;
  }

  private static List<Header> expandedHeaders(List<Header> headers, Compression by) {
    List<Header> expanded = new ArrayList<>(headers.size() + 1);
    for (Header header : headers) {
      if (!header.name().equalsIgnoreCase(CONTENT_ENCODING)) {
        expanded.add(header);
      }
    }
    String name = by.name().toLowerCase(Locale.ROOT);
    expanded.add(
        new Header(
            DeadLetterFactory.DECOMPRESSED_HEADER, name.getBytes(StandardCharsets.US_ASCII)));
    return List.copyOf(expanded);
  }

  /** Gives events the record as it came for their origin. */
  private static final class Original implements Receiver {
    private @Nullable SourceRecord record;
    private @Nullable Receiver receiver;

    @Override
    public void event(Event event) {
      receiver.event(event.withOrigin(record));
    }

    @Override
    public void dead(DecodeException reason, SourceRecord element) {
      receiver.dead(reason, record);
    }
  }
}
