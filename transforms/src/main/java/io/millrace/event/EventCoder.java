package io.millrace.event;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Binary form of an {@link Event} whose row has a known schema. */
public final class EventCoder extends CustomCoder<Event> {
  private static final long serialVersionUID = 1L;

  private final Packed<Schema> schema;
  private transient @Nullable RowCoder rows;

  private EventCoder(Schema schema) {
    this.schema = Packed.of(schema);
  }

  private RowCoder rows() {
    if (rows == null) {
      rows = RowCoder.of(schema.get());
    }
    return rows;
  }

  /** The coder of events whose row has this schema. */
  public static EventCoder of(Schema schema) {
    return new EventCoder(schema);
  }

  @Override
  public void encode(Event event, OutputStream out) throws IOException {
    rows().encode(event.row(), out);
    SourceRecordCoder.writeLong(event.identityHigh(), out);
    SourceRecordCoder.writeLong(event.identityLow(), out);
    SourceRecordCoder.writeLong(event.eventTimeMillis(), out);
    SourceRecordCoder.of().encode(event.origin(), out);
  }

  @Override
  public Event decode(InputStream in) throws IOException {
    return new Event(
        rows().decode(in),
        SourceRecordCoder.readLong(in),
        SourceRecordCoder.readLong(in),
        SourceRecordCoder.readLong(in),
        SourceRecordCoder.of().decode(in));
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
