package io.millrace.pipeline;

import io.millrace.deadletter.DeadLetterOutput;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCoder;
import io.millrace.event.PipelineMetrics;
import io.millrace.io.SourceAddress;
import java.util.List;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;

/** A place for dead letters that counts them, by the sink that refused them. */
record CountingOutput() implements DeadLetterOutput {
  /** How the counters' names begin; the sink's name follows. */
  static final String SENT = "sent_";

  @Override
  public String kind() {
    return "test";
  }

  @Override
  public String address() {
    return "memory";
  }

  @Override
  public List<String> check() {
    return List.of();
  }

  @Override
  public boolean isReadBy(SourceAddress input) {
    return false;
  }

  @Override
  public PTransform<PCollection<DeadLetter>, PCollection<DeadLetter>> send(String sink) {
    return new PTransform<>() {
      private static final long serialVersionUID = 1L;

      @Override
      public PCollection<DeadLetter> expand(PCollection<DeadLetter> letters) {
        return letters
            .apply("Count", ParDo.of(new Count(SENT + sink)))
            .setCoder(DeadLetterCoder.of());
      }
    };
  }

  private static final class Count extends DoFn<DeadLetter, DeadLetter> {
    private static final long serialVersionUID = 1L;

    private final String counter;

    Count(String counter) {
      this.counter = counter;
    }

    @ProcessElement
    public void process(@Element DeadLetter letter, OutputReceiver<DeadLetter> out) {
      Metrics.counter(PipelineMetrics.NAMESPACE, counter).inc();
      out.output(letter);
    }
  }
}
