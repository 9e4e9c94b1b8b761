package io.millrace.alert;

import io.millrace.contract.Contract;
import io.millrace.event.Packed;
import io.millrace.rollup.RollupRow;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;

/** Keys the results of roll-ups with alerts by roll-up and group; drops those of others. */
final class KeyResultsFn extends DoFn<RollupRow, KV<String, byte[]>> {
  private static final long serialVersionUID = 1L;

  private final Packed<Contract> contract;
  private transient Map<String, AlertedRollup> rollups;

  KeyResultsFn(Packed<Contract> contract) {
    this.contract = contract;
  }

  @Setup
  public void setUp() {
    rollups = AlertedRollup.byTable(contract.get());
  }

  @ProcessElement
  public void process(@Element RollupRow result, OutputReceiver<KV<String, byte[]>> out) {
    AlertedRollup rollup = rollups.get(result.table());
    if (rollup != null) {
      out.output(KV.of(rollup.key(result.row()), rollup.bytes(result.row())));
    }
  }
}
