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

/** What became of the rows that were handed to a sink. */
public final class WriteResult implements POutput {
  /** One element for each batch that was written. */
  public static final TupleTag<WrittenBatch> WRITTEN = new TupleTag<>("written") {};

  /** One dead letter for each row that the sink refused for its content. */
  public static final TupleTag<DeadLetter> REFUSED = new TupleTag<>("refused") {};

  private final PCollection<WrittenBatch> written;
  private final PCollection<DeadLetter> refused;

  private WriteResult(PCollection<WrittenBatch> written, PCollection<DeadLetter> refused) {
    this.written = written;
    this.refused = refused;
  }

  /** The two outputs of a sink's last step. */
  public static WriteResult of(PCollection<WrittenBatch> written, PCollection<DeadLetter> refused) {
    return new WriteResult(written, refused);
  }

  /** The batches that are in their tables now. */
  public PCollection<WrittenBatch> written() {
    return written;
  }

  /** The rows that the sink will never take, with their original bytes. */
  public PCollection<DeadLetter> refused() {
    return refused;
  }

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
