package io.millrace.bigquery.write;

import io.millrace.contract.Contract;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCoder;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import io.millrace.rollup.RollupRow;
import io.millrace.rollup.RollupRowCoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A row for a table. BigQueryIO converts it to columns and encodes it in one step.
 *
 * @param table the table's name
 * @param content an {@link Event}, a {@link DeadLetter} or a {@link RollupRow}
 */
record RowToWrite(String table, Object content) {

  /** Binary form: the table, a type tag, and the content. */
  static final class Coder extends CustomCoder<RowToWrite> {
    private static final long serialVersionUID = 1L;

    private static final int EVENT = 0;
    private static final int DEAD_LETTER = 1;
    private static final int ROLLUP = 2;

    private final EventCoder events;
    private final RollupRowCoder rollups;

    private Coder(EventCoder events, RollupRowCoder rollups) {
      this.events = events;
      this.rollups = rollups;
    }

    static Coder of(Contract contract) {
      return new Coder(EventCoder.of(contract.schema()), RollupRowCoder.of(contract));
    }

    @Override
    public void encode(RowToWrite row, OutputStream out) throws IOException {
      StringUtf8Coder.of().encode(row.table, out);
      if (row.content instanceof Event event) {
        out.write(EVENT);
        events.encode(event, out);
      } else if (row.content instanceof DeadLetter letter) {
        out.write(DEAD_LETTER);
        DeadLetterCoder.of().encode(letter, out);
      } else {
        out.write(ROLLUP);
        rollups.encode((RollupRow) row.content, out);
      }
    }

    @Override
    public RowToWrite decode(InputStream in) throws IOException {
      String table = StringUtf8Coder.of().decode(in);
      int kind = in.read();
      return new RowToWrite(
          table,
          switch (kind) {
            case EVENT -> events.decode(in);
            case DEAD_LETTER -> DeadLetterCoder.of().decode(in);
            case ROLLUP -> rollups.decode(in);
            default -> throw new IOException("expected a row to write, found " + kind);
          });
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Coder that
          && events.equals(that.events)
          && rollups.equals(that.rollups);
    }

    @Override
    public int hashCode() {
      return events.hashCode();
    }
  }
}
