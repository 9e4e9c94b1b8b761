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

/** Outputs of a sink: written batches and rejected rows. */
public final class WriteResult implements POutput {
  /** One element for each written batch. */
  public static final TupleTag<WrittenBatch> WRITTEN = new TupleTag<>("written") {};

  /** One dead letter for each row that the sink rejected for its content. */
  public static final TupleTag<DeadLetter> REFUSED = new TupleTag<>("refused") {};

  private final PCollection<WrittenBatch> written;
  private final PCollection<DeadLetter> refused;

  private WriteResult(PCollection<WrittenBatch> written, PCollection<DeadLetter> refused) {
    this.written = written;
    this.refused = refused;
  }

  /** Combines the two outputs. */
  public static WriteResult of(PCollection<WrittenBatch> written, PCollection<DeadLetter> refused) {
    return new WriteResult(written, refused);
  }

  /** Batches that the sink has acknowledged. */
  public PCollection<WrittenBatch> written() {
    return written;
  }

  /** Rejected rows as dead letters, with the original bytes. */
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
