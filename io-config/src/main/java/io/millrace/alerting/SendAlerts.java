package io.millrace.alerting;

import io.millrace.event.Clock;
import io.millrace.io.InGlobalWindow;
import io.millrace.io.retry.RetryFn;
import io.millrace.rollup.RollupRow;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Sends the changes of alerts to a target, in order, and retries each until it is acknowledged.
 *
 * <p>Every change goes through the step that retries, so that none can overtake an earlier one that
 * waits. It is sent about half a second after it was found. Delivery is at least once, with equal
 * ids. Events and checkpoints go on while changes wait; above {@link #MAX_WAITING_BYTES} the step
 * blocks, and with it the pipeline, because nothing may be lost.
 *
 * <p>State: the waiting changes.
 */
final class SendAlerts extends PTransform<PCollection<RollupRow>, PDone> {
  private static final long serialVersionUID = 1L;

  /** Some ten thousand changes. */
  static final long MAX_WAITING_BYTES = 32L << 20;

  private final transient AlertTarget target;
  private final transient String contract;

  private SendAlerts(AlertTarget target, String contract) {
    this.target = target;
    this.contract = contract;
  }

  static SendAlerts to(AlertTarget target, String contract) {
    return new SendAlerts(target, contract);
  }

  @Override
  public PDone expand(PCollection<RollupRow> changes) {
    InGlobalWindow.of("", changes)
        .apply("FormatAlerts", ParDo.of(new FormatFn(target.address(), contract)))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), StringUtf8Coder.of()))
        .apply(
            "RetryAlerts",
            ParDo.of(
                    new RetryFn<String, String>(
                        AlertRetryTarget.factory(target, Clock.system(), Thread::sleep),
                        StringUtf8Coder.of(),
                        MAX_WAITING_BYTES,
                        changes.getName()))
                .withOutputTags(AlertRetryTarget.SENT, TupleTagList.empty()))
        .get(AlertRetryTarget.SENT)
        .setCoder(StringUtf8Coder.of());
    return PDone.in(changes.getPipeline());
  }

  /** Makes messages of changes, keyed by the address of their target. */
  private static final class FormatFn extends DoFn<RollupRow, KV<String, String>> {
    private static final long serialVersionUID = 1L;

    private final String address;
    private final String contract;

    FormatFn(String address, String contract) {
      this.address = address;
      this.contract = contract;
    }

    @ProcessElement
    public void process(@Element RollupRow change, OutputReceiver<KV<String, String>> out) {
      out.output(KV.of(address, AlertMessage.of(contract, change.row()).toText()));
    }
  }
}
