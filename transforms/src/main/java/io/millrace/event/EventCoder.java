package io.millrace.event;

import io.millrace.event.SourceRecord.Header;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.util.VarInt;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Binary form of an {@link Event} whose row has a known schema: all but the record's bytes in one
 * piece, which a runner's stream writes and reads at once, its values as {@link RowValuesCoder} has
 * them; and then the record's bytes. A text that stands in the record as it is costs a few bytes:
 * where it is.
 *
 * <p>Flink keeps this object in its savepoints, beside state that holds no events: the name of the
 * class and its version must stay, the binary form need not.
 */
public final class EventCoder extends CustomCoder<Event> {
  private static final long serialVersionUID = 1L;

  private static final int USUAL_BYTES = 384;

  private final Packed<Schema> schema;
  private transient @Nullable RowValuesCoder values;

  /** The latest topic: the next event's is mostly the same. Threads may share it, or not. */
  private transient @Nullable Utf8Slice latestTopic;

  private EventCoder(Schema schema) {
    this.schema = Packed.of(schema);
  }

  private RowValuesCoder values() {
    RowValuesCoder coder = values;
    if (coder == null) {
      coder = RowValuesCoder.of(schema.get());
      values = coder;
    }
    return coder;
  }

  /** The coder of events whose row has this schema. */
  public static EventCoder of(Schema schema) {
    return new EventCoder(schema);
  }

  @Override
  public void encode(Event event, OutputStream out) throws IOException {
    SourceRecord origin = event.origin();
    byte[] value = origin.value();
    RowBuffer piece = new RowBuffer(USUAL_BYTES);
    piece.writeLong(event.identityHigh());
    piece.writeLong(event.identityLow());
    piece.writeLong(event.eventTimeMillis());
    piece.writeString(origin.topic());
    piece.writeInt(origin.partition());
    piece.writeLong(origin.offset());
    piece.writeLong(origin.recordTimeMillis());
    piece.writeLong(origin.arrivalWatermarkMillis());
    writeBytes(origin.key(), piece);
    piece.writeVarInt(origin.headers().size());
    for (Header header : origin.headers()) {
      piece.writeString(header.name());
      writeBytes(header.value(), piece);
    }
    piece.writeVarInt(value == null ? 0 : value.length + 1);
    values().encode(event.values(), value, piece);
    VarInt.encode(piece.size(), out);
    piece.writeTo(out);
    if (value != null) {
      out.write(value);
    }
  }

  private static void writeBytes(byte @Nullable [] bytes, RowBuffer out) {
    if (bytes == null) {
      out.writeVarInt(0);
    } else {
      out.writeVarInt(bytes.length + 1);
      out.writeRaw(bytes, 0, bytes.length);
    }
  }

  @Override
  public Event decode(InputStream in) throws IOException {
    RowBytesReader piece = new RowBytesReader(SourceRecordCoder.read(VarInt.decodeInt(in), in));
    long identityHigh = piece.readLong();
    long identityLow = piece.readLong();
    long eventTime = piece.readLong();
    String topic = topic(piece.readText());
    int partition = piece.readInt();
    long offset = piece.readLong();
    long recordTime = piece.readLong();
    long arrivalWatermark = piece.readLong();
    int keyLength = piece.readVarInt() - 1;
    byte[] key = keyLength < 0 ? null : piece.readBytes(keyLength);
    List<Header> headers = headers(piece);
    int valueLength = piece.readVarInt() - 1;
    byte[] value = valueLength < 0 ? null : SourceRecordCoder.read(valueLength, in);
    return new Event(
        values().decode(piece, value),
        identityHigh,
        identityLow,
        eventTime,
        new SourceRecord(
            topic, partition, offset, key, value, headers, recordTime, arrivalWatermark));
  }

  private String topic(Utf8Slice text) {
    Utf8Slice known = latestTopic;
    if (!text.equals(known)) {
      known = text;
      latestTopic = text;
    }
    return known.toString();
  }

  private static List<Header> headers(RowBytesReader in) throws IOException {
    int count = in.readVarInt();
    if (count == 0) {
      return List.of();
    }
    List<Header> headers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = in.readText().toString();
      int length = in.readVarInt() - 1;
      headers.add(new Header(name, length < 0 ? null : in.readBytes(length)));
    }
    return headers;
  }

  @Override
  public void verifyDeterministic() throws NonDeterministicException {
    throw new NonDeterministicException(
        this, List.of("Rows may hold maps, whose order is not fixed"));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EventCoder that && schema.equals(that.schema);
  }

  @Override
  public int hashCode() {
    return schema.hashCode();
  }
}
