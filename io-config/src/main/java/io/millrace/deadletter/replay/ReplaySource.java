package io.millrace.deadletter.replay;

import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecordCoder;
import io.millrace.io.CatchUp;
import io.millrace.io.InFlightLimit;
import io.millrace.io.Source;
import java.util.List;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;

/**
 * Reads dead letters again as the records that they were. The watermark advances when all are read,
 * so the run remembers all identities until then. The files must be on this machine.
 */
record ReplaySource(ReplayAddress input, InFlightLimit run) implements Source {
  @Override
  public String address() {
    return input.store();
  }

  @Override
  public List<String> check() {
    return List.of();
  }

  @Override
  public CatchUp catchUp() {
    return CatchUp.ENDS_BY_ITSELF;
  }

  @Override
  public boolean replays() {
    return true;
  }

  @Override
  public PTransform<PBegin, PCollection<SourceRecord>> read() {
    return PTransform.compose(
        "ReadReplay",
        begin ->
            begin
                .apply("Files", Create.of(input.directory()))
                .apply("ReadLetters", ParDo.of(new ReadReplayFn(run, input.rate())))
                .setCoder(SourceRecordCoder.of()));
  }
}
