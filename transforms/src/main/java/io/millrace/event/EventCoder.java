package io.millrace.event;

import io.millrace.event.SourceRecord.Header;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.util.VarInt;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The coder of an {@link Event} whose row has a known schema. It writes everything except the
 * record's value in one block, because a runner's streams are slow for small writes. The value
 * follows. A text that occurs in the value, verbatim or with escapes, costs only its position.
 *
 * <p>Flink keeps this object in savepoints. Its class name and serial version must not change. The
 * binary form may change, because no state holds events.
 */
public final class EventCoder extends CustomCoder<Event> {
  private static final long serialVersionUID = 1L;

  private static final int INITIAL_BYTES = 384;

  private final Packed<Schema> schema;
  private transient @Nullable RowValuesCoder values;

  /** Reused, because consecutive events mostly have the same topic. A data race is harmless. */
  private transient @Nullable Utf8Slice latestTopic;

  private EventCoder(Schema schema) {
    this.schema = Packed.of(schema);
  }

  private RowValuesCoder values() {
    RowValuesCoder coder = values;
    if (coder == null) {
      coder = new RowValuesCoder(schema.get());
      values = coder;
    }
    return coder;
  }

  public static EventCoder of(Schema schema) {
    return new EventCoder(schema);
  }

  /** The coder of events in groups, as {@link OutcomeTags} have them. */
  public static ListCoder<Event> ofGroups(Schema schema) {
    return ListCoder.of(of(schema));
  }

  @Override
  public void encode(Event event, OutputStream out) throws IOException {
    encode(event, new RowBuffer(INITIAL_BYTES), out);
  }

  /**
   * The same with memory that the next event uses again.
   *
   * @param block an empty buffer, which then holds a part of the event
   */
  public void encode(Event event, RowBuffer block, OutputStream out) throws IOException {
    SourceRecord origin = event.origin();
    byte[] value = origin.value();
    block.writeLong(event.identityHigh());
    block.writeLong(event.identityLow());
    block.writeLong(event.eventTimeMillis());
    block.writeString(origin.topic());
    block.writeInt(origin.partition());
    block.writeLong(origin.offset());
    block.writeVarInt(origin.element() + 1);
    block.writeVarInt(origin.elements());
    block.writeLong(origin.recordTimeMillis());
    block.writeLong(origin.arrivalWatermarkMillis());
    SourceRecordCoder.writeBytes(origin.key(), block);
    block.writeVarInt(origin.headers().size());
    for (Header header : origin.headers()) {
      block.writeString(header.name());
      SourceRecordCoder.writeBytes(header.value(), block);
    }
    block.writeVarInt(value == null ? 0 : value.length + 1);
    values().encode(event.values(), value, block);
    VarInt.encode(block.size(), out);
    block.writeTo(out);
    if (value != null) {
      out.write(value);
    }
  }

  @Override
  public Event decode(InputStream in) throws IOException {
    RowBytesReader block = new RowBytesReader(SourceRecordCoder.read(VarInt.decodeInt(in), in));
    long identityHigh = block.readLong();
    long identityLow = block.readLong();
    long eventTime = block.readLong();
    String topic = topic(block.readText());
    int partition = block.readInt();
    long offset = block.readLong();
    int element = block.readVarInt() - 1;
    int elements = block.readVarInt();
    long recordTime = block.readLong();
    long arrivalWatermark = block.readLong();
    int keyLength = block.readVarInt() - 1;
    byte[] key = keyLength < 0 ? null : block.readBytes(keyLength);
    List<Header> headers = headers(block);
    int valueLength = block.readVarInt() - 1;
    byte[] value = valueLength < 0 ? null : SourceRecordCoder.read(valueLength, in);
    return new Event(
        values().decode(block, value),
        identityHigh,
        identityLow,
        eventTime,
        new SourceRecord(
            topic,
            partition,
            offset,
            key,
            value,
            headers,
            recordTime,
            arrivalWatermark,
            null,
            element,
            elements));
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
        this, List.of("rows may hold maps, whose order is not deterministic"));
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
