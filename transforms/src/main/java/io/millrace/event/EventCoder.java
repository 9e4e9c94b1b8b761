package io.millrace.event;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.util.VarInt;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Binary form of an {@link Event} whose row has a known schema: the record it came from, and then
 * its other parts, as {@link ValuesCoder} has them. A text that stands in the record as it is costs
 * a few bytes: where it is.
 *
 * <p>Flink keeps this object in its savepoints, beside state that holds no events: the name of the
 * class and its version must stay, the binary form need not.
 */
public final class EventCoder extends CustomCoder<Event> {
  private static final long serialVersionUID = 1L;

  private static final int USUAL_BYTES = 256;

  private final Packed<Schema> schema;
  private transient @Nullable ValuesCoder values;

  private EventCoder(Schema schema) {
    this.schema = Packed.of(schema);
  }

  private ValuesCoder values() {
    ValuesCoder coder = values;
    if (coder == null) {
      coder = ValuesCoder.of(schema.get());
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
    SourceRecordCoder.of().encode(event.origin(), out);
    // One write: a runner's stream costs for each.
    RowBuffer rest = new RowBuffer(USUAL_BYTES);
    rest.writeLong(event.identityHigh());
    rest.writeLong(event.identityLow());
    rest.writeLong(event.eventTimeMillis());
    values().encode(event.values(), event.origin().value(), rest);
    VarInt.encode(rest.size(), out);
    rest.writeTo(out);
  }

  @Override
  public Event decode(InputStream in) throws IOException {
    SourceRecord origin = SourceRecordCoder.of().decode(in);
    RowBytesReader rest = new RowBytesReader(SourceRecordCoder.read(VarInt.decodeInt(in), in));
    long identityHigh = rest.readLong();
    long identityLow = rest.readLong();
    long eventTime = rest.readLong();
    return new Event(
        values().decode(rest, origin.value()), identityHigh, identityLow, eventTime, origin);
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
