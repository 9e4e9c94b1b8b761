package io.millrace.bigquery.schema;

import io.millrace.event.LostRange;
import io.millrace.event.Outcome;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecordCoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.util.VarInt;

/**
 * The outcome of an event, a record that holds none, or a range that was lost before it was read.
 *
 * @param record the record without its bytes, or a range encoded as a record
 * @param outcome the event's outcome; meaningless for a range, and for a record without elements
 * @param writtenAtMillis when BigQuery acknowledged its row, milliseconds since the epoch, UTC
 */
public record AuditEntry(SourceRecord record, Outcome outcome, long writtenAtMillis) {
  public static final org.apache.beam.sdk.coders.Coder<AuditEntry> CODER = new Coder();

  public static AuditEntry of(LostRange range, long writtenAtMillis) {
    return new AuditEntry(range.asRecord(0), Outcome.DEAD, writtenAtMillis);
  }

  /** The value of the column of outcomes. */
  String label() {
    return record.elements() == 0 ? Outcome.NO_EVENT : outcome.label();
  }

  public boolean isLostRange() {
    return LostRange.isLostRange(record);
  }

  private static final class Coder extends AtomicCoder<AuditEntry> {
    private static final long serialVersionUID = 1L;

    @Override
    public void encode(AuditEntry entry, OutputStream out) throws IOException {
      SourceRecordCoder.of().encode(entry.record, out);
      StringUtf8Coder.of().encode(entry.outcome.name(), out);
      VarInt.encode(entry.writtenAtMillis, out);
    }

    @Override
    public AuditEntry decode(InputStream in) throws IOException {
      return new AuditEntry(
          SourceRecordCoder.of().decode(in),
          Outcome.valueOf(StringUtf8Coder.of().decode(in)),
          VarInt.decodeLong(in));
    }

    @Override
    public void verifyDeterministic() {}
  }
}
