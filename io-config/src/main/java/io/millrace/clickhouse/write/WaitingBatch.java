package io.millrace.clickhouse.write;

import io.millrace.clickhouse.client.ClickHouseErrors;
import io.millrace.clickhouse.client.ClickHouseErrors.Failure;
import io.millrace.clickhouse.client.ClickHouseErrors.Kind;
import io.millrace.clickhouse.encoding.RowBlock;
import io.millrace.clickhouse.encoding.RowBlockCoder;
import io.millrace.clickhouse.write.BatchInserter.Undone;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.BooleanCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;

/**
 * Rows that could not be written yet, on their way to be tried again.
 *
 * @param rows the rows; none: nothing waits, but the table takes rows again
 * @param maybeWritten they must be sent as they are, under the same token
 * @param atFault they can go nowhere, not even alone: they are tried without others
 * @param operator somebody has to mend something first
 * @param reason for the log: what has failed, and for an operator what to do
 */
public record WaitingBatch(
    RowBlock rows, boolean maybeWritten, boolean atFault, boolean operator, String reason) {
  private static final RowBlock NO_ROWS = RowBlock.packed(new byte[0], new byte[0], new byte[0]);

  /** Says that a table that did not takes rows again. */
  static WaitingBatch tableIsBack() {
    return new WaitingBatch(NO_ROWS, false, false, false, "");
  }

  static WaitingBatch of(Undone undone) {
    return new WaitingBatch(
        undone.rows().toBlock(),
        undone.maybeWritten(),
        undone.passedOver(),
        undone.failure().kind() != Kind.WAIT,
        reason(undone.failure()));
  }

  /** Rows that were not even tried, because others of their table have just failed. */
  WaitingBatch behind(Batch rows) {
    return new WaitingBatch(rows.toBlock(), false, false, operator, reason);
  }

  /** Whether they must go without others. */
  boolean alone() {
    return maybeWritten || atFault;
  }

  /** What happened, without the rows that it happened to. */
  WaitingBatch withoutRows() {
    return new WaitingBatch(NO_ROWS, false, false, operator, reason);
  }

  private static String reason(Failure failure) {
    if (failure.isRowsFault()) {
      return ClickHouseErrors.withoutValues(failure)
          + " -> these rows can go nowhere else: mend what refuses them";
    }
    return failure.remedy().isEmpty()
        ? failure.message()
        : failure.message() + " -> " + failure.remedy();
  }

  /** Binary form: the rows, three flags, the reason. */
  static final class Coder extends AtomicCoder<WaitingBatch> {
    private static final long serialVersionUID = 1L;

    private static final Coder INSTANCE = new Coder();

    private Coder() {}

    static Coder of() {
      return INSTANCE;
    }

    @Override
    public void encode(WaitingBatch batch, OutputStream out) throws IOException {
      RowBlockCoder.of().encode(batch.rows, out);
      BooleanCoder.of().encode(batch.maybeWritten, out);
      BooleanCoder.of().encode(batch.atFault, out);
      BooleanCoder.of().encode(batch.operator, out);
      StringUtf8Coder.of().encode(batch.reason, out);
    }

    @Override
    public WaitingBatch decode(InputStream in) throws IOException {
      return new WaitingBatch(
          RowBlockCoder.of().decode(in),
          BooleanCoder.of().decode(in),
          BooleanCoder.of().decode(in),
          BooleanCoder.of().decode(in),
          StringUtf8Coder.of().decode(in));
    }
  }
}
