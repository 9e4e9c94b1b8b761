package io.millrace.flink.semantics;

import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import io.millrace.event.OutcomeTags;
import io.millrace.transforms.DeduplicateEvents;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.beam.runners.core.construction.SerializablePipelineOptions;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.adapter.FlinkKey;
import org.apache.beam.runners.flink.translation.types.CoderTypeInformation;
import org.apache.beam.runners.flink.translation.wrappers.streaming.DoFnOperator;
import org.apache.beam.runners.flink.translation.wrappers.streaming.KvToFlinkKeyKeySelector;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.runners.TransformHierarchy;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.DoFnSchemaInformation;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowedValues;
import org.apache.beam.sdk.values.WindowingStrategy;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The stateful step of {@link DeduplicateEvents} alone, in Beam's operator on Flink's heap state:
 * shows what no pipeline shows, how many entries its keyed state holds and how many timers are set.
 */
final class RememberIdentitiesHarness implements AutoCloseable {
  private static final Coder<KV<Long, List<Event>>> INPUT =
      KvCoder.of(VarLongCoder.of(), EventCoder.ofGroups(SmallEvents.CONTRACT.schema()));

  private final KeyedOneInputStreamOperatorTestHarness<
          FlinkKey, WindowedValue<KV<Long, List<Event>>>, WindowedValue<List<Event>>>
      flink;
  private final DoFnOperator<KV<Long, List<Event>>, KV<Long, List<Event>>, List<Event>> operator;
  private final int shards;
  private final Event template = SmallEvents.event("template", 0, 0, 0, 0);
  private long offset;

  private RememberIdentitiesHarness(
      int shards, int slots, long bundle, @Nullable OperatorSubtaskState before) throws Exception {
    this.shards = shards;
    FlinkPipelineOptions options = PipelineOptionsFactory.as(FlinkPipelineOptions.class);
    options.setFasterCopy(true);
    options.setStreaming(true);
    options.setMaxBundleSize(bundle);
    TupleTag<List<Event>> main = DeduplicateEvents.UNIQUE;
    TupleTag<List<Event>> side = OutcomeTags.DUPLICATE;
    Coder<WindowedValue<KV<Long, List<Event>>>> inputCoder = windowed(INPUT);
    Coder<List<Event>> outputCoder = EventCoder.ofGroups(SmallEvents.CONTRACT.schema());
    KvToFlinkKeyKeySelector<Long, List<Event>> keys =
        new KvToFlinkKeyKeySelector<>(VarLongCoder.of());
    operator =
        new DoFnOperator<>(
            statefulStep(shards, slots),
            "RememberIdentities",
            inputCoder,
            Map.of(main, outputCoder, side, outputCoder),
            main,
            List.of(side),
            new DoFnOperator.MultiOutputOutputManagerFactory<>(
                main,
                Map.of(side, sideOutput(outputCoder, options)),
                Map.of(main, anyWindowed(outputCoder), side, anyWindowed(outputCoder)),
                Map.of(main, 0, side, 1),
                new SerializablePipelineOptions(options)),
            WindowingStrategy.globalDefault(),
            Map.of(),
            List.of(),
            options,
            VarLongCoder.of(),
            keys,
            DoFnSchemaInformation.create(),
            Map.of());
    flink = new KeyedOneInputStreamOperatorTestHarness<>(operator, keys, keys.getProducedType());
    flink.setStateBackend(new HashMapStateBackend());
    flink.setup(
        new CoderTypeInformation<>(windowed(outputCoder), options)
            .createSerializer(flink.getExecutionConfig()));
    if (before != null) {
      flink.initializeState(before);
    }
    flink.open();
  }

  /** With a bundle for each event: Beam holds the output watermark while a bundle is open. */
  static RememberIdentitiesHarness open(int shards, int slots) throws Exception {
    return new RememberIdentitiesHarness(shards, slots, 1, null);
  }

  /** With large bundles, for many events. */
  static RememberIdentitiesHarness openForMany(int shards, int slots) throws Exception {
    return new RememberIdentitiesHarness(shards, slots, 20_000, null);
  }

  /** Goes on from what a checkpoint of this one holds. */
  RememberIdentitiesHarness restored(int otherSlots) throws Exception {
    return new RememberIdentitiesHarness(shards, otherSlots, 1, flink.snapshot(1, 1));
  }

  /** An event arrives that is not late. */
  void event(String id, long eventTime) throws Exception {
    Event event =
        SmallEvents.event(
            id, eventTime, 0, offset++, BoundedWindow.TIMESTAMP_MIN_VALUE.getMillis());
    process(event);
  }

  /** The first arrival of an identity that is told by its number; what passes is not kept. */
  void identity(long number, long eventTime) throws Exception {
    process(
        new Event(
            template.row(),
            mixed(2 * number),
            mixed(2 * number + 1),
            eventTime,
            template.origin()));
    flink.getOutput().clear();
  }

  private void process(Event event) throws Exception {
    long bucket = Math.floorDiv(event.eventTimeMillis(), SmallEvents.MINUTE);
    long shard = Long.remainderUnsigned(event.identityHigh(), shards);
    flink.processElement(
        new StreamRecord<>(
            WindowedValues.timestampedValueInGlobalWindow(
                KV.of(bucket * shards + shard, List.of(event)), event.timestamp())));
  }

  /** Spreads numbers as a hash does. */
  private static long mixed(long number) {
    long z = number * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    return z ^ (z >>> 29);
  }

  void watermark(long millis) throws Exception {
    flink.processWatermark(millis);
  }

  /** Map entries of identities, and whatever else Beam keeps of a key. */
  int stateEntries() {
    return flink.numKeyedStateEntries();
  }

  int timers() {
    return flink.numEventTimeTimers();
  }

  /** How many events passed. */
  int outputs() {
    return flink.extractOutputStreamRecords().size();
  }

  long outputWatermark() {
    return operator.getCurrentOutputWatermark();
  }

  @Override
  public void close() {
    try {
      flink.close();
    } catch (Exception e) {
      throw new IllegalStateException("the operator does not close", e);
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // the factory's map does not tell tags' types apart
  private static Coder<WindowedValue<?>> anyWindowed(Coder<List<Event>> coder) {
    return (Coder) windowed(coder);
  }

  private static OutputTag<WindowedValue<?>> sideOutput(
      Coder<List<Event>> coder, FlinkPipelineOptions options) {
    return new OutputTag<>("duplicate", new CoderTypeInformation<>(anyWindowed(coder), options));
  }

  private static <T> Coder<WindowedValue<T>> windowed(Coder<T> coder) {
    return WindowedValues.getFullCoder(coder, GlobalWindow.Coder.INSTANCE);
  }

  /** The step as the pipeline holds it, so that what is tested is what runs. */
  @SuppressWarnings("unchecked") // there is one step of that name, and these are its types
  private static DoFn<KV<Long, List<Event>>, List<Event>> statefulStep(int shards, int slots) {
    Pipeline pipeline = Pipeline.create();
    pipeline
        .apply(Create.empty(EventCoder.of(SmallEvents.CONTRACT.schema())))
        .apply(DeduplicateEvents.of(SmallEvents.CONTRACT, shards, slots, () -> 0));
    AtomicReference<DoFn<?, ?>> found = new AtomicReference<>();
    pipeline.traverseTopologically(
        new Pipeline.PipelineVisitor.Defaults() {
          @Override
          public void visitPrimitiveTransform(TransformHierarchy.Node node) {
            if (node.getFullName().contains("RememberIdentities")
                && node.getTransform() instanceof ParDo.MultiOutput<?, ?> step) {
              found.set(step.getFn());
            }
          }
        });
    return (DoFn<KV<Long, List<Event>>, List<Event>>) Objects.requireNonNull(found.get());
  }
}
