package io.millrace.archive.read;

import io.millrace.archive.schema.ArchivedRow;
import io.millrace.contract.Contract;
import io.millrace.event.DeadLetter;
import io.millrace.event.Event;
import io.millrace.event.Outcome;
import io.millrace.event.SourceRecord;
import io.millrace.transforms.RestoreEvents;
import io.millrace.transforms.TimeBuckets;
import java.io.IOException;

/**
 * Makes records of archived rows that {@link RestoreEvents} takes. The watermark at arrival keeps
 * the outcome: a late event is late again, by as much as before, and any other event is in time.
 */
final class RestoredRecords {
  private final RestoreEvents.Form form;
  private final TimeBuckets buckets;
  private final int lateByIndex;

  RestoredRecords(Contract contract) {
    this.form = new RestoreEvents.Form(contract);
    this.buckets = TimeBuckets.of(contract.time());
    this.lateByIndex = contract.lateByIndex();
  }

  SourceRecord of(ArchivedRow row) throws IOException {
    DeadLetter letter = row.letter();
    if (letter != null) {
      return form.record(letter);
    }
    Event event = row.event();
    if (event == null) {
      throw new IOException("a row without an event");
    }
    SourceRecord origin = event.origin();
    long lateFrom = buckets.lateFrom(buckets.of(event.eventTimeMillis()));
    long arrival =
        row.outcome().equals(Outcome.LATE.label())
                && event.values().raw(lateByIndex) instanceof Long lateBy
            ? lateFrom + lateBy
            : Math.min(origin.arrivalWatermarkMillis(), lateFrom - 1);
    return form.record(event.withOrigin(origin.arrivedAt(arrival)));
  }
}
