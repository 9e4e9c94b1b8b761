package io.millrace.pipeline;

import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.DeadLetterCoder;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.Outcome;
import io.millrace.event.OutcomeTags;
import io.millrace.event.PipelineMetrics;
import io.millrace.io.Sink;
import io.millrace.io.WriteResult;
import io.millrace.io.WrittenBatch;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/** A sink that counts what it is given, and refuses one event for its content. */
final class RefusingSink implements Sink {
  static final String REFUSED_ID = "refused";
  static final String WRITTEN_WITH_CODE = "written_";

  private final DeadLetterFactory deadLetters;
  private final String refusedId;

  RefusingSink(DeadLetterFactory deadLetters) {
    this(deadLetters, REFUSED_ID);
  }

  RefusingSink(DeadLetterFactory deadLetters, String refusedId) {
    this.deadLetters = deadLetters;
    this.refusedId = refusedId;
  }

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
  public void prepare() {}

  @Override
  public PTransform<PCollectionTuple, WriteResult> write() {
    return new Write(deadLetters, refusedId);
  }

  private static final class Write extends PTransform<PCollectionTuple, WriteResult> {
    private static final long serialVersionUID = 1L;
    private static final Map<TupleTag<List<Event>>, Outcome> EVENTS =
        Map.of(
            OutcomeTags.ACCEPTED, Outcome.ACCEPTED,
            OutcomeTags.ERROR, Outcome.ERROR,
            OutcomeTags.LATE, Outcome.LATE);

    private final DeadLetterFactory deadLetters;
    private final String refusedId;

    Write(DeadLetterFactory deadLetters, String refusedId) {
      this.deadLetters = deadLetters;
      this.refusedId = refusedId;
    }

    @Override
    public WriteResult expand(PCollectionTuple outcomes) {
      PCollectionList<WrittenBatch> written = PCollectionList.empty(outcomes.getPipeline());
      PCollectionList<DeadLetter> refused = PCollectionList.empty(outcomes.getPipeline());
      for (Map.Entry<TupleTag<List<Event>>, Outcome> events : EVENTS.entrySet()) {
        if (outcomes.has(events.getKey())) {
          PCollectionTuple result =
              outcomes
                  .get(events.getKey())
                  .apply(
                      events.getValue().label(),
                      ParDo.of(new WriteEvents(events.getValue(), deadLetters, refusedId))
                          .withOutputTags(
                              WriteResult.WRITTEN, TupleTagList.of(WriteResult.REFUSED)));
          written = written.and(coded(result.get(WriteResult.WRITTEN)));
          refused = refused.and(result.get(WriteResult.REFUSED).setCoder(DeadLetterCoder.of()));
        }
      }
      PCollection<WrittenBatch> dead =
          outcomes.get(OutcomeTags.DEAD).apply("dead", ParDo.of(new WriteDeadLetters()));
      written = written.and(coded(dead));
      PCollection<DeadLetter> allRefused =
          refused.size() == 0
              ? outcomes
                  .get(OutcomeTags.DEAD)
                  .apply("none", org.apache.beam.sdk.transforms.Filter.by(letter -> false))
              : refused.apply("AllRefused", Flatten.pCollections());
      return new WriteResult(written.apply("AllWritten", Flatten.pCollections()), allRefused);
    }

    private static PCollection<WrittenBatch> coded(PCollection<WrittenBatch> batches) {
      return batches.setCoder(SerializableCoder.of(WrittenBatch.class));
    }
  }

  private static final class WriteEvents extends DoFn<List<Event>, WrittenBatch> {
    private static final long serialVersionUID = 1L;

    private final Outcome outcome;
    private final DeadLetterFactory deadLetters;
    private final String refusedId;

    WriteEvents(Outcome outcome, DeadLetterFactory deadLetters, String refusedId) {
      this.refusedId = refusedId;
      this.outcome = outcome;
      this.deadLetters = deadLetters;
    }

    @ProcessElement
    public void process(@Element List<Event> group, MultiOutputReceiver out) {
      group.forEach(event -> write(event, out));
    }

    private void write(Event event, MultiOutputReceiver out) {
      if (refusedId.equals(event.row().getString("query_id"))) {
        out.get(WriteResult.REFUSED)
            .output(
                deadLetters.create(
                    event.origin(), DeadLetterCode.REFUSED_BY_SINK, "refused", "Write"));
      } else {
        PipelineMetrics.outcome(outcome).inc();
        out.get(WriteResult.WRITTEN).output(new WrittenBatch(outcome.label(), 1));
      }
    }
  }

  private static final class WriteDeadLetters extends DoFn<DeadLetter, WrittenBatch> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(@Element DeadLetter letter, OutputReceiver<WrittenBatch> out) {
      PipelineMetrics.outcome(Outcome.DEAD).inc();
      Metrics.counter(PipelineMetrics.NAMESPACE, WRITTEN_WITH_CODE + letter.code()).inc();
      out.output(new WrittenBatch("dead", 1));
    }
  }
}
