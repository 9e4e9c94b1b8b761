package io.millrace.pipeline;

import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCoder;
import io.millrace.event.OutcomeTags;
import io.millrace.io.Sink;
import io.millrace.io.WriteResult;
import io.millrace.options.Sinks;
import java.util.Map;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PDone;

/**
 * Writes every outcome to every sink. A row that one sink rejects is a dead letter of that sink
 * only, and accepted by the others. Each sink has its own equation, counted under {@code
 * WriteOutcomes/<name of the sink>}; see {@link Balance}.
 *
 * <p>Sinks share only their input. A slow sink slows down the others only through the runner's
 * backpressure on the source.
 *
 * <p>Input: the outputs of {@link OutcomeTags} and roll-up rows. Cost and state: those of the
 * sinks.
 */
final class WriteOutcomes extends PTransform<PCollectionTuple, PDone> {
  private static final long serialVersionUID = 1L;

  /** The name of the step that holds the steps of each sink. */
  static final String NAME = "WriteOutcomes";

  private final transient Sinks sinks;

  private WriteOutcomes(Sinks sinks) {
    super(NAME);
    this.sinks = sinks;
  }

  static WriteOutcomes to(Sinks sinks) {
    return new WriteOutcomes(sinks);
  }

  @Override
  public PDone expand(PCollectionTuple outcomes) {
    for (Map.Entry<String, Sink> sink : sinks.byName().entrySet()) {
      outcomes.apply(
          sink.getKey(), new WriteToSink(sink.getValue(), sinks.deadLetters().send(sink.getKey())));
    }
    return PDone.in(outcomes.getPipeline());
  }

  /** The steps of one sink. */
  private static final class WriteToSink extends PTransform<PCollectionTuple, PDone> {
    private static final long serialVersionUID = 1L;

    private final transient Sink sink;
    private final transient PTransform<PCollection<DeadLetter>, PCollection<DeadLetter>> send;

    WriteToSink(Sink sink, PTransform<PCollection<DeadLetter>, PCollection<DeadLetter>> send) {
      this.sink = sink;
      this.send = send;
    }

    @Override
    public PDone expand(PCollectionTuple outcomes) {
      WriteResult written = outcomes.apply("Write", sink.write());
      PCollection<DeadLetter> refused =
          written.refused().setCoder(DeadLetterCoder.of()).apply("SendRefused", send);
      PCollectionTuple.of(OutcomeTags.DEAD, refused).apply("WriteRefused", sink.write());
      return PDone.in(outcomes.getPipeline());
    }
  }
}
