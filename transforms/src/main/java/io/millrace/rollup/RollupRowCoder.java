package io.millrace.rollup;

import io.millrace.contract.Alerts;
import io.millrace.contract.Contract;
import io.millrace.contract.Rollup;
import io.millrace.event.Packed;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The coder of a contract's roll-up rows and changes of alerts: the table, then the row by its
 * schema.
 */
public final class RollupRowCoder extends CustomCoder<RollupRow> {
  private static final long serialVersionUID = 1L;

  private record Rollups(List<Rollup> rollups, Alerts alerts) implements Serializable {
    Rollups {
      // Savepoints from before there were alerts
      alerts = alerts == null ? Alerts.NONE : alerts;
    }
  }

  private final Packed<Rollups> rollups;
  private transient @Nullable Map<String, RowCoder> coders;

  private RollupRowCoder(Rollups rollups) {
    this.rollups = Packed.of(rollups);
  }

  /** A coder for the roll-ups of a contract. */
  public static RollupRowCoder of(Contract contract) {
    return new RollupRowCoder(new Rollups(contract.rollups(), contract.alerts().withoutHealth()));
  }

  private RowCoder coder(String table) throws IOException {
    if (coders == null) {
      Map<String, RowCoder> byTable = new HashMap<>();
      Rollups known = rollups.get();
      known.rollups().forEach(r -> byTable.put(r.table(), RowCoder.of(r.schema())));
      if (!known.alerts().isEmpty()) {
        byTable.put(known.alerts().table(), RowCoder.of(Alerts.schema()));
      }
      coders = byTable;
    }
    RowCoder coder = coders.get(table);
    if (coder == null) {
      throw new IOException("the contract has no roll-up named " + table);
    }
    return coder;
  }

  @Override
  public void encode(RollupRow value, OutputStream out) throws IOException {
    StringUtf8Coder.of().encode(value.table(), out);
    coder(value.table()).encode(value.row(), out);
  }

  @Override
  public RollupRow decode(InputStream in) throws IOException {
    String table = StringUtf8Coder.of().decode(in);
    return new RollupRow(table, coder(table).decode(in));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RollupRowCoder that && rollups.equals(that.rollups);
  }

  @Override
  public int hashCode() {
    return rollups.hashCode();
  }
}
