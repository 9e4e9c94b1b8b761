package io.millrace.decode;

import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads the event time of a record, for a source that knows no other time of it. The latest event
 * counts. Not thread-safe.
 */
public final class EventTimeReader {
  private final RecordDecoder decoder;
  private final Latest latest = new Latest();

  /** Reads what a decoder finds. */
  public EventTimeReader(RecordDecoder decoder) {
    this.decoder = decoder;
  }

  /**
   * Decodes a record.
   *
   * @return its latest event; null if it holds no valid one, for which the decoding step finds the
   *     reason again
   */
  public @Nullable Event latest(SourceRecord record) {
    latest.event = null;
    try {
      latest.elements = decoder.decode(record, latest);
    } catch (DecodeException e) {
      return null;
    }
    return latest.event;
  }

  /** Whether the event that {@link #latest} gave is all that its record holds. */
  public boolean isOnly() {
    return latest.elements == 1;
  }

  private static final class Latest implements RecordDecoder.Receiver {
    private @Nullable Event event;
    private int elements;

    @Override
    public void event(Event next) {
      if (event == null || next.eventTimeMillis() > event.eventTimeMillis()) {
        event = next;
      }
    }

    @Override
    public void dead(DecodeException reason, SourceRecord element) {}
  }
}
