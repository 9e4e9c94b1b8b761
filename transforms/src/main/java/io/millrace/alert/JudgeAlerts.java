package io.millrace.alert;

import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.Packed;
import io.millrace.rollup.RollupRow;
import io.millrace.rollup.RollupRowCoder;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TupleTag;

/**
 * Judges the alerts of a contract on the results of its roll-ups.
 *
 * <p><b>Semantics.</b> Each group of a roll-up has a state for each alert: inactive, pending or
 * firing. The state follows from the results in event time alone. A result is judged when the
 * watermark has passed the end of its window; for an alert with {@code early}, at once. A result
 * that comes after that judges its window again, and gives changes that correct the history.
 *
 * <p><b>Input</b>: the results of all roll-ups. <b>Output</b>: rows for the table of the alerts,
 * one for each change; see {@link io.millrace.contract.Alerts}. Equal input in event time gives
 * equal changes, so that a replay replaces rows and adds none.
 *
 * <p><b>Cost and state.</b> Some microseconds a result, nothing an event. One value for each group,
 * with two results and a few dozen bytes for each alert; freed when all of its alerts are inactive
 * and no window can be corrected any more.
 */
public final class JudgeAlerts extends PTransform<PCollection<RollupRow>, PCollection<RollupRow>> {
  private static final long serialVersionUID = 1L;

  /** The tag of the changes in the input of a sink. */
  public static final TupleTag<RollupRow> CHANGES = new TupleTag<>("alerts") {};

  private final Contract contract;
  private final Clock clock;

  private JudgeAlerts(Contract contract, Clock clock) {
    super("JudgeAlerts");
    this.contract = contract;
    this.clock = clock;
  }

  /** Judges the alerts of a contract, which has at least one. */
  public static JudgeAlerts of(Contract contract, Clock clock) {
    if (contract.alerts().isEmpty()) {
      throw new IllegalArgumentException("the contract has no alerts");
    }
    return new JudgeAlerts(contract, clock);
  }

  @Override
  public PCollection<RollupRow> expand(PCollection<RollupRow> results) {
    Packed<Contract> packed = Packed.of(contract);
    return results
        .apply("KeyResults", ParDo.of(new KeyResultsFn(packed)))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), ByteArrayCoder.of()))
        .apply("Judge", ParDo.of(new JudgeAlertsFn(packed, clock)))
        .setCoder(RollupRowCoder.of(contract));
  }
}
