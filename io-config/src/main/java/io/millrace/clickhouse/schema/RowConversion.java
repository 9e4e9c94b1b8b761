package io.millrace.clickhouse.schema;

import io.millrace.clickhouse.conversion.Conversion;
import io.millrace.clickhouse.conversion.RowReader;
import io.millrace.clickhouse.conversion.ValueMover;
import io.millrace.clickhouse.encoding.InvalidRowException;
import io.millrace.event.RowBuffer;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Encodes rows again for columns of other types than the contract's: for a table that a newer
 * contract has widened, or that was created by hand. The pipeline does this, so that the server
 * still compares the types of every batch with its own. A conversion by the server would alter
 * values to fit a narrower column; this one rejects the row.
 *
 * <p>Cost: one more pass over the bytes, and one copy of the batch, only while types differ. Not
 * thread-safe.
 */
public final class RowConversion {
  private final ValueMover[] movers;
  private final RowReader reader = new RowReader();

  private RowConversion(List<Conversion> columns) {
    movers = columns.stream().map(Conversion::mover).toArray(ValueMover[]::new);
  }

  /**
   * The conversion of rows.
   *
   * @param columns the conversion of each column, in order
   * @return null if no column needs one
   */
  public static @Nullable RowConversion of(List<Conversion> columns) {
    return columns.stream().allMatch(Conversion::same) ? null : new RowConversion(columns);
  }

  /** The conversion of a type to itself. */
  public static Conversion keep(ColumnType type) {
    Conversion same = ColumnConversion.between("", type, type);
    if (same == null) {
      throw new IllegalArgumentException("no contract has a column of type " + type);
    }
    return same;
  }

  /**
   * Encodes one row again.
   *
   * @param rows an array with the row
   * @param start the position of its first byte
   * @param out receives the row
   * @throws InvalidRowException if a column cannot hold a value; then {@code out} is as before
   */
  public void convert(byte[] rows, int start, RowBuffer out) throws InvalidRowException {
    int before = out.size();
    boolean whole = false;
    reader.reset(rows, start);
    try {
      for (ValueMover mover : movers) {
        mover.move(reader, out);
      }
      whole = true;
    } finally {
      if (!whole) {
        out.truncate(before);
      }
      reader.release();
    }
  }

  /**
   * The texts of a row's documents.
   *
   * @param types the types that the row is encoded for
   * @return one entry a type; null for another type than JSON, and for a value that is null
   */
  public static List<byte @Nullable []> documents(byte[] row, List<ColumnType> types) {
    RowReader in = new RowReader();
    in.reset(row, 0);
    RowBuffer passed = new RowBuffer(row.length);
    List<byte @Nullable []> documents = new ArrayList<>();
    for (ColumnType type : types) {
      boolean json = type.notNull().name().equals(ClickHouseTypes.JSON);
      if (json && (!type.isNullable() || in.readByte() == 0)) {
        documents.add(in.readCounted());
      } else {
        if (!json) {
          keepValue(type, in, passed);
        }
        documents.add(null);
      }
    }
    return documents;
  }

  private static void keepValue(ColumnType type, RowReader in, RowBuffer out) {
    try {
      keep(type).mover().move(in, out);
    } catch (InvalidRowException e) {
      throw new IllegalStateException(type + " does not hold its own values", e);
    }
  }
}
