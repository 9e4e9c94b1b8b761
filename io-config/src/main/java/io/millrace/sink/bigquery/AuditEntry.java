package io.millrace.sink.bigquery;

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
 * How a record ended.
 *
 * @param record where it was read; without its bytes
 * @param writtenAtMillis when its row had been acknowledged, milliseconds since the epoch, UTC
 */
record AuditEntry(SourceRecord record, Outcome outcome, long writtenAtMillis) {
  static final org.apache.beam.sdk.coders.Coder<AuditEntry> CODER = new Coder();

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
