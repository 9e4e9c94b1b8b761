package io.millrace.bench.dedupe;

import io.millrace.bench.workload.CountingSink;
import io.millrace.contract.Contract;
import io.millrace.event.Event;
import io.millrace.event.Outcome;
import io.millrace.event.OutcomeTags;
import io.millrace.flink.FlinkDefaults;
import io.millrace.transforms.DeduplicateEvents;
import java.nio.ByteBuffer;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.transforms.Deduplicate;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.joda.time.Duration;

/** What stands between the source and the sink. */
enum DedupeVariant {
  /** Nothing: what the others cost more than this is the cost of their step. */
  NONE("source -> sink") {
    @Override
    void apply(PCollection<Event> events, Contract contract) {
      sink("Sink", events, Outcome.ACCEPTED);
    }
  },
  /** Millrace's step, with the shards and slots that it has on Flink. */
  MILLRACE("+ DeduplicateEvents") {
    @Override
    void apply(PCollection<Event> events, Contract contract) {
      PCollectionTuple outputs =
          events.apply(
              "DeduplicateEvents",
              DeduplicateEvents.of(
                  contract, FlinkDefaults.DEDUP_SHARDS, FlinkDefaults.DEDUP_SLOTS));
      sink("Sink", outputs.get(DeduplicateEvents.UNIQUE), Outcome.ACCEPTED);
      sink("LateSink", outputs.get(OutcomeTags.LATE), Outcome.LATE);
    }
  },
  /** Beam's own step, by the same identity, in event time, for the allowed lateness. */
  BEAM_SDK("+ Beam's Deduplicate") {
    @Override
    void apply(PCollection<Event> events, Contract contract) {
      SerializableFunction<Event, byte[]> identity =
          event ->
              ByteBuffer.allocate(2 * Long.BYTES)
                  .putLong(event.identityHigh())
                  .putLong(event.identityLow())
                  .array();
      PCollection<Event> unique =
          events.apply(
              "Deduplicate",
              Deduplicate.<Event, byte[]>withRepresentativeValueFn(identity)
                  .withRepresentativeCoder(ByteArrayCoder.of())
                  .withRepresentativeType(TypeDescriptor.of(byte[].class))
                  .withTimeDomain(TimeDomain.EVENT_TIME)
                  .withDuration(Duration.millis(contract.time().allowedLateness().toMillis())));
      sink("Sink", unique, Outcome.ACCEPTED);
    }
  };

  private final String label;

  DedupeVariant(String label) {
    this.label = label;
  }

  /** The name for people. */
  String label() {
    return label;
  }

  /** Adds the step and the sink to a pipeline. */
  abstract void apply(PCollection<Event> events, Contract contract);

  private static void sink(String name, PCollection<Event> events, Outcome outcome) {
    events.apply(name, ParDo.of(new CountingSink(outcome)));
  }
}
