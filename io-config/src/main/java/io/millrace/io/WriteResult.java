package io.millrace.io;

import io.millrace.event.DeadLetter;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PInput;
import org.apache.beam.sdk.values.POutput;
import org.apache.beam.sdk.values.PValue;
import org.apache.beam.sdk.values.TupleTag;

/**
 * Outputs of a sink.
 *
 * @param written batches that the sink has acknowledged
 * @param refused rejected rows as dead letters, with the original bytes
 */
public record WriteResult(PCollection<WrittenBatch> written, PCollection<DeadLetter> refused)
    implements POutput {
  /** One element for each written batch. */
  public static final TupleTag<WrittenBatch> WRITTEN = new TupleTag<>("written") {};

  /** One dead letter for each row that the sink rejected for its content. */
  public static final TupleTag<DeadLetter> REFUSED = new TupleTag<>("refused") {};

  @Override
  public Pipeline getPipeline() {
    return written.getPipeline();
  }

  @Override
  public Map<TupleTag<?>, PValue> expand() {
    return Map.of(WRITTEN, written, REFUSED, refused);
  }

  @Override
  public void finishSpecifyingOutput(
      String transformName, PInput input, PTransform<?, ?> transform) {}
}
