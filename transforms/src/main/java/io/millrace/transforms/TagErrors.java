package io.millrace.transforms;

import io.millrace.contract.Contract;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import io.millrace.event.OutcomeTags;
import io.millrace.event.RowPredicate;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTagList;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Parts valid events into those that report an application error, by the contract's predicate
 * ({@link OutcomeTags#ERROR}), and those that do not ({@link OutcomeTags#ACCEPTED}). Every event
 * leaves by exactly one of the two, unchanged. No state.
 */
public final class TagErrors extends PTransform<PCollection<Event>, PCollectionTuple> {
  private static final long serialVersionUID = 1L;

  private final Contract contract;

  private TagErrors(Contract contract) {
    super("TagErrors");
    this.contract = contract;
  }

  /** Tags by the error predicate of a contract; without one all events are accepted. */
  public static TagErrors of(Contract contract) {
    return new TagErrors(contract);
  }

  @Override
  public PCollectionTuple expand(PCollection<Event> events) {
    EventCoder coder = EventCoder.of(contract.schema());
    if (contract.error() == null) {
      return PCollectionTuple.of(OutcomeTags.ACCEPTED, events);
    }
    Tag tag = new Tag(RowPredicate.of(contract, contract.error()));
    PCollectionTuple tagged =
        events.apply(
            "Tag",
            ParDo.of(tag).withOutputTags(OutcomeTags.ACCEPTED, TupleTagList.of(OutcomeTags.ERROR)));
    tagged.get(OutcomeTags.ACCEPTED).setCoder(coder);
    tagged.get(OutcomeTags.ERROR).setCoder(coder);
    return tagged;
  }

  private static final class Tag extends DoFn<Event, Event> {
    private static final long serialVersionUID = 1L;

    private final @Nullable RowPredicate error;

    Tag(@Nullable RowPredicate error) {
      this.error = error;
    }

    @ProcessElement
    public void process(@Element Event event, MultiOutputReceiver out) {
      boolean isError = error != null && error.test(event.values());
      out.get(isError ? OutcomeTags.ERROR : OutcomeTags.ACCEPTED).output(event);
    }
  }
}
