package io.millrace.transforms;

import static io.millrace.transforms.TestEvents.CONTRACT;
import static io.millrace.transforms.TestEvents.UNKNOWN;
import static io.millrace.transforms.TestEvents.event;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.millrace.contract.Condition;
import io.millrace.contract.Contract;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import io.millrace.event.OutcomeTags;
import java.util.List;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestPipelineExtension.class)
class TagErrorsTest {
  private static PCollectionTuple tag(TestPipeline pipeline, Contract contract) {
    return pipeline
        .apply(
            Create.of(
                    List.of(
                        event("plain", "click", null, 1, UNKNOWN),
                        event("faulty", "click", "disk full", 2, UNKNOWN),
                        event("no kind", null, null, 4, UNKNOWN)),
                    List.of(event("empty fault", "crash", "", 3, UNKNOWN)))
                .withCoder(EventCoder.ofGroups(CONTRACT.schema())))
        .apply("TagErrors", TagErrors.of(contract));
  }

  private static PCollection<String> ids(PCollectionTuple tagged, TupleTag<List<Event>> tag) {
    return tagged
        .get(tag)
        .apply(tag.getId() + "Each", Flatten.iterables())
        .apply(tag.getId(), MapElements.into(TypeDescriptors.strings()).via(TestEvents::id));
  }

  private static Contract with(Condition predicate) {
    return new Contract(
        CONTRACT.name(),
        CONTRACT.version(),
        CONTRACT.description(),
        CONTRACT.format(),
        CONTRACT.limits(),
        CONTRACT.fields(),
        CONTRACT.identity(),
        CONTRACT.eventTime(),
        CONTRACT.time(),
        predicate,
        CONTRACT.unknownFields(),
        CONTRACT.tables(),
        CONTRACT.rollups(),
        CONTRACT.events(),
        CONTRACT.formatOptions(),
        CONTRACT.compression(),
        CONTRACT.filters(),
        CONTRACT.records(),
        CONTRACT.lookups(),
        CONTRACT.derivations(),
        CONTRACT.redaction(),
        CONTRACT.alerts());
  }

  @Test
  void tagsByPresence(TestPipeline pipeline) {
    PCollectionTuple tagged = tag(pipeline, CONTRACT);
    PAssert.that(ids(tagged, OutcomeTags.ACCEPTED)).containsInAnyOrder("plain", "no kind");
    PAssert.that(ids(tagged, OutcomeTags.ERROR)).containsInAnyOrder("faulty", "empty fault");
    pipeline.run();
  }

  @Test
  void tagsByValue(TestPipeline pipeline) {
    PCollectionTuple tagged =
        tag(pipeline, with(new Condition("kind", Condition.Test.IN, List.of("crash", "panic"))));
    PAssert.that(ids(tagged, OutcomeTags.ACCEPTED))
        .containsInAnyOrder("plain", "faulty", "no kind");
    PAssert.that(ids(tagged, OutcomeTags.ERROR)).containsInAnyOrder("empty fault");
    pipeline.run();
  }

  @Test
  void acceptsAllWithoutAnErrorRule(TestPipeline pipeline) {
    PCollectionTuple tagged = tag(pipeline, with(null));
    PAssert.that(ids(tagged, OutcomeTags.ACCEPTED))
        .containsInAnyOrder("plain", "faulty", "empty fault", "no kind");
    assertFalse(tagged.has(OutcomeTags.ERROR), "nothing has to be written for what cannot be");
    pipeline.run();
  }
}
