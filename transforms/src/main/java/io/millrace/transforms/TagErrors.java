package io.millrace.transforms;

import io.millrace.contract.Contract;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import io.millrace.event.OutcomeTags;
import io.millrace.expression.RowPredicate;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Splits valid events by the contract's error rule: events that report an application error go to
 * {@link OutcomeTags#ERROR}, all others to {@link OutcomeTags#ACCEPTED}. Events are not changed. No
 * state.
 */
public final class TagErrors extends PTransform<PCollection<Event>, PCollectionTuple> {
  private static final long serialVersionUID = 1L;

  private final Contract contract;

  private TagErrors(Contract contract) {
    super("TagErrors");
    this.contract = contract;
  }

  /** Tags by the error rule of a contract. Without a rule all events are accepted. */
  public static TagErrors of(Contract contract) {
    return new TagErrors(contract);
  }

  @Override
  public PCollectionTuple expand(PCollection<Event> events) {
    EventCoder coder = EventCoder.of(contract.schema());
    RowPredicate error = RowPredicate.of(contract, contract.error());
    if (error == null) {
      return PCollectionTuple.of(OutcomeTags.ACCEPTED, events);
    }
    PCollectionTuple tagged =
        events.apply(
            "Tag",
            ParDo.of(new TagFn(error))
                .withOutputTags(OutcomeTags.ACCEPTED, TupleTagList.of(OutcomeTags.ERROR)));
    tagged.get(OutcomeTags.ACCEPTED).setCoder(coder);
    tagged.get(OutcomeTags.ERROR).setCoder(coder);
    return tagged;
  }

  private static final class TagFn extends DoFn<Event, Event> {
    private static final long serialVersionUID = 1L;

    private final RowPredicate error;

    TagFn(RowPredicate error) {
      this.error = error;
    }

    @ProcessElement
    public void process(@Element Event event, MultiOutputReceiver out) {
      boolean isError = error.test(event.values());
      out.get(isError ? OutcomeTags.ERROR : OutcomeTags.ACCEPTED).output(event);
    }
  }
}
