package io.millrace.transforms;

import io.millrace.contract.Contract;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecordCoder;
import java.util.List;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TypeDescriptors;

/** {@link DecodeEvents} over given records, and its dead letters as texts. */
public final class DecodingStep {
  private DecodingStep() {}

  /** Decodes records by a contract. */
  public static PCollectionTuple of(
      TestPipeline pipeline, Contract contract, List<SourceRecord> records) {
    return pipeline
        .apply(Create.of(records).withCoder(SourceRecordCoder.of()))
        .apply(DecodeEvents.of(contract, DeadLetterFactory.of(contract, "p", () -> 0), () -> 7));
  }

  /** Each event that a filter turned away. */
  public static PCollection<Event> filtered(PCollectionTuple decoded) {
    return decoded.get(DecodeEvents.FILTERED).apply("EachFiltered", Flatten.iterables());
  }

  /** Each dead letter as {@code offset code message}. */
  public static PCollection<String> letters(PCollectionTuple decoded) {
    return decoded
        .get(DecodeEvents.DEAD)
        .apply(
            "Letters",
            MapElements.into(TypeDescriptors.strings())
                .via(
                    (DeadLetter letter) ->
                        letter.origin().offset()
                            + " "
                            + letter.code().label()
                            + " "
                            + letter.message()));
  }
}
