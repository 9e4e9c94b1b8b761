package io.millrace.transforms;

import io.millrace.decode.DecodeException;
import io.millrace.decode.RecordDecoder;
import io.millrace.enrich.EventEnricher;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import io.millrace.expression.EventFilter;
import io.millrace.redact.EventRedactor;
import io.millrace.redact.SealedBytes;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn.MultiOutputReceiver;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Emits what is decoded: looks columns up, derives, filters and redacts. Reused from record to
 * record. Not thread-safe.
 */
final class DecodedOutputs implements RecordDecoder.Receiver {
  private final TimeUnitWarning unusualTimes;
  private final @Nullable EventEnricher enricher;
  private final @Nullable EventFilter filter;
  private final @Nullable EventRedactor redactor;
  private final DeadLetterFactory deadLetters;
  private final Clock clock;
  private SourceRecord record;
  private MultiOutputReceiver out;

  DecodedOutputs(
      TimeUnitWarning unusualTimes,
      @Nullable EventEnricher enricher,
      @Nullable EventFilter filter,
      @Nullable EventRedactor redactor,
      DeadLetterFactory deadLetters,
      Clock clock) {
    this.unusualTimes = unusualTimes;
    this.enricher = enricher;
    this.filter = filter;
    this.redactor = redactor;
    this.deadLetters = deadLetters;
    this.clock = clock;
  }

  /** Begins with a record, which it decrypts if it is a dead letter with encrypted bytes. */
  SourceRecord begin(SourceRecord next, MultiOutputReceiver receiver) {
    record = redactor == null ? next : redactor.opened(next);
    out = receiver;
    return record;
  }

  /** Whether a record that begins is a dead letter that could not be decrypted. */
  boolean isEncrypted(SourceRecord begun) {
    return redactor != null && !begun.headers().isEmpty() && SealedBytes.isSealed(begun);
  }

  @Override
  public void event(Event decoded) {
    unusualTimes.observe(decoded, clock);
    Event event = decoded;
    if (enricher != null) {
      try {
        event = enricher.enrich(decoded);
      } catch (DecodeException e) {
        dead(decoded.origin(), e);
        return;
      }
    }
    if (filter != null) {
      try {
        if (filter.turnsAway(event)) {
          out.get(DecodeEvents.FILTERED).output(List.of(redacted(event)));
          return;
        }
      } catch (DecodeException e) {
        dead(event.origin(), e);
        return;
      }
    }
    out.get(DecodeEvents.EVENTS).outputWithTimestamp(redacted(event), event.timestamp());
  }

  private Event redacted(Event event) {
    return redactor == null ? event : redactor.redact(event);
  }

  @Override
  public void dead(DecodeException reason, SourceRecord element) {
    dead(record, reason);
  }

  void dead(SourceRecord origin, DecodeException reason) {
    String message = reason.getMessage();
    out.get(DecodeEvents.DEAD)
        .output(
            redactor == null
                ? deadLetters.create(origin, reason.code(), message, DecodeEvents.STAGE)
                : deadLetters.create(
                    redactor.redactDead(origin),
                    reason.code(),
                    redactor.redactMessage(message),
                    DecodeEvents.STAGE));
  }

  /** Frees what look-ups hold. */
  void close() {
    if (enricher != null) {
      enricher.close();
    }
  }

  void empty(SourceRecord origin) {
    out.get(DecodeEvents.EMPTY).output(origin.empty());
  }
}
