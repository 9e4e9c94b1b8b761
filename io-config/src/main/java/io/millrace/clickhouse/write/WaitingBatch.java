package io.millrace.clickhouse.write;

import io.millrace.clickhouse.client.ClickHouseErrors;
import io.millrace.clickhouse.client.ClickHouseErrors.Failure;
import io.millrace.clickhouse.client.ClickHouseErrors.Kind;
import io.millrace.clickhouse.encoding.RowBlock;
import io.millrace.clickhouse.encoding.RowBlockCoder;
import io.millrace.clickhouse.write.BatchInserter.Unwritten;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.BooleanCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;

/**
 * Rows that wait for a retry.
 *
 * @param rows the rows; none: a signal that the table has recovered
 * @param maybeWritten whether they must be sent unchanged, with the same token
 * @param atFault whether they fail even alone, so that they are sent without others
 * @param operator whether an operator must fix something first
 * @param reason failure and remedy for the log
 */
record WaitingBatch(
    RowBlock rows, boolean maybeWritten, boolean atFault, boolean operator, String reason) {
  private static final RowBlock NO_ROWS = RowBlock.packed(new byte[0], new byte[0], new byte[0]);

  static WaitingBatch tableIsBack() {
    return new WaitingBatch(NO_ROWS, false, false, false, "");
  }

  static WaitingBatch of(Unwritten unwritten) {
    return new WaitingBatch(
        unwritten.rows().toBlock(),
        unwritten.maybeWritten(),
        unwritten.passedOver(),
        unwritten.failure().kind() != Kind.WAIT,
        reason(unwritten.failure()));
  }

  /** Rows that were not tried after a failure of their table. */
  WaitingBatch behind(Batch rows) {
    return new WaitingBatch(rows.toBlock(), false, false, operator, reason);
  }

  boolean alone() {
    return maybeWritten || atFault;
  }

  WaitingBatch withoutRows() {
    return new WaitingBatch(NO_ROWS, false, false, operator, reason);
  }

  private static String reason(Failure failure) {
    if (failure.isRowsFault()) {
      return ClickHouseErrors.withoutValues(failure)
          + " -> these rows have no other destination: fix the cause of the rejection";
    }
    return failure.remedy().isEmpty()
        ? failure.message()
        : failure.message() + " -> " + failure.remedy();
  }

  /** Binary form: rows, three flags, reason. */
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
