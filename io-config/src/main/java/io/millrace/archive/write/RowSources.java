package io.millrace.archive.write;

import io.millrace.archive.schema.TimeRange;
import io.millrace.archive.write.EncodeRowsFn.RowSource;
import io.millrace.contract.Contract;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCoder;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import io.millrace.event.RowBuffer;
import io.millrace.event.SourceRecord;
import io.millrace.expression.EventRouter;
import java.io.IOException;
import org.checkerframework.checker.nullness.qual.Nullable;

/** How events and dead letters are encoded. */
final class RowSources {
  private static final int EVENT_BYTES = 2048;

  /** A larger event's memory is not kept. */
  private static final int MOST_KEPT_BYTES = 1 << 18;

  private RowSources() {}

  /**
   * Events.
   *
   * @param router gives the table of an event; null if there is one
   */
  static RowSource<Event> events(Contract contract, @Nullable EventRouter router) {
    return new Events(
        EventCoder.of(contract.schema()),
        new RowBuffer(EVENT_BYTES),
        new TimeRange(contract),
        router);
  }

  static RowSource<DeadLetter> letters() {
    return new Letters();
  }

  private record Events(
      EventCoder coder, RowBuffer block, TimeRange times, @Nullable EventRouter router)
      implements RowSource<Event> {
    @Override
    public int table(Event event) {
      return router == null ? 0 : router.indexFor(event.values());
    }

    @Override
    public long time(Event event) {
      return event.eventTimeMillis();
    }

    @Override
    public SourceRecord origin(Event event) {
      return event.origin();
    }

    @Override
    public @Nullable String problem(Event event) {
      return times.problem(event.values());
    }

    @Override
    public void encode(Event event, RowBuffer out) throws IOException {
      block.clear(MOST_KEPT_BYTES);
      coder.encode(event.withOrigin(event.origin().withoutBytes()), block, out.stream());
    }
  }

  private record Letters() implements RowSource<DeadLetter> {
    @Override
    public int table(DeadLetter letter) {
      return 0;
    }

    @Override
    public long time(DeadLetter letter) {
      return letter.origin().recordTimeMillis();
    }

    @Override
    public SourceRecord origin(DeadLetter letter) {
      return letter.origin();
    }

    @Override
    public @Nullable String problem(DeadLetter letter) {
      return null;
    }

    @Override
    public void encode(DeadLetter letter, RowBuffer out) throws IOException {
      DeadLetterCoder.of().encode(letter, out.stream());
    }
  }
}
