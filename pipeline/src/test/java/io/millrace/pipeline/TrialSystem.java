package io.millrace.pipeline;

import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCoder;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.Outcome;
import io.millrace.event.OutcomeTags;
import io.millrace.event.PipelineMetrics;
import io.millrace.io.OutputConfig;
import io.millrace.io.Sink;
import io.millrace.io.SinkAddress;
import io.millrace.io.SinkConnector;
import io.millrace.io.WriteResult;
import io.millrace.io.WrittenBatch;
import io.millrace.io.flags.FlagReader;
import java.util.List;
import java.util.function.Function;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.checkerframework.checker.nullness.qual.Nullable;

/** A sink that counts rows: all that another system needs, in one class. */
final class TrialSystem implements SinkConnector {
  /** Its flags. */
  public interface Flags extends PipelineOptions {
    @Description("How the rows are written; `loud` or `quiet`. Example: --trialMode=quiet")
    @Nullable String getTrialMode();

    void setTrialMode(@Nullable String trialMode);
  }

  private record Place(String name) implements SinkAddress, OutputConfig {
    @Override
    public String address() {
      return toString();
    }

    @Override
    public Sink open(
        Contract contract, DeadLetterFactory deadLetters, Clock clock, boolean deadLetterTable) {
      return new CountingSink(this);
    }

    @Override
    public String toString() {
      return "trial://" + name;
    }
  }

  @Override
  public String scheme() {
    return "trial://";
  }

  @Override
  public Class<? extends PipelineOptions> flags() {
    return Flags.class;
  }

  @Override
  public String outputForm() {
    return "trial://name";
  }

  @Override
  public SinkAddress parseOutput(String url) {
    return new Place(url.substring(scheme().length()));
  }

  @Override
  public Function<SinkAddress, OutputConfig> configure(
      List<SinkAddress> outputs, FlagReader flags) {
    String mode = flags.as(Flags.class).getTrialMode();
    boolean unused = flags.oneOf("trialMode", mode == null ? "quiet" : mode, "loud", "quiet");
    return output -> (Place) output;
  }

  private record CountingSink(Place place) implements Sink {
    @Override
    public String kind() {
      return "trial";
    }

    @Override
    public String address() {
      return place.address();
    }

    @Override
    public List<String> check() {
      return List.of();
    }

    @Override
    public void prepare() {}

    @Override
    public PTransform<PCollectionTuple, WriteResult> write() {
      return new CountRows();
    }
  }

  private static final class CountRows extends PTransform<PCollectionTuple, WriteResult> {
    private static final long serialVersionUID = 1L;

    @Override
    public WriteResult expand(PCollectionTuple outcomes) {
      count(outcomes, OutcomeTags.ACCEPTED, Outcome.ACCEPTED);
      count(outcomes, OutcomeTags.ERROR, Outcome.ERROR);
      count(outcomes, OutcomeTags.LATE, Outcome.LATE);
      outcomes
          .get(OutcomeTags.DEAD)
          .apply("CountDead", ParDo.of(new CountFn<DeadLetter>(Outcome.DEAD)));
      return new WriteResult(
          outcomes
              .getPipeline()
              .apply(
                  getName() + outcomes.hashCode() + "Written",
                  Create.empty(SerializableCoder.of(WrittenBatch.class))),
          outcomes
              .getPipeline()
              .apply(
                  getName() + outcomes.hashCode() + "Refused", Create.empty(DeadLetterCoder.of())));
    }

    private static void count(
        PCollectionTuple outcomes, TupleTag<List<Event>> tag, Outcome outcome) {
      if (outcomes.has(tag)) {
        outcomes.get(tag).apply("Count" + outcome, ParDo.of(new CountFn<List<Event>>(outcome)));
      }
    }
  }

  private static final class CountFn<T> extends DoFn<T, Void> {
    private static final long serialVersionUID = 1L;

    private final Outcome outcome;

    CountFn(Outcome outcome) {
      this.outcome = outcome;
    }

    @ProcessElement
    public void process(@Element T element) {
      PipelineMetrics.outcome(outcome).inc(element instanceof List<?> group ? group.size() : 1);
    }
  }
}
