package io.millrace.transforms;

import io.millrace.contract.Contract;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import io.millrace.event.OutcomeTags;
import io.millrace.expression.RowPredicate;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Splits valid events by the contract's error rule: events that report an application error go to
 * {@link OutcomeTags#ERROR}, all others to {@link OutcomeTags#ACCEPTED}. Events are not changed,
 * and those of a group stay together. No state.
 */
public final class TagErrors extends PTransform<PCollection<List<Event>>, PCollectionTuple> {
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
  public PCollectionTuple expand(PCollection<List<Event>> events) {
    ListCoder<Event> coder = EventCoder.ofGroups(contract.schema());
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

  private static final class TagFn extends DoFn<List<Event>, List<Event>> {
    private static final long serialVersionUID = 1L;

    private final RowPredicate error;

    TagFn(RowPredicate error) {
      this.error = error;
    }

    @ProcessElement
    public void process(@Element List<Event> group, MultiOutputReceiver out) {
      List<Event> accepted = group;
      List<Event> errors = null;
      for (int i = 0; i < group.size(); i++) {
        Event event = group.get(i);
        if (error.test(event.values())) {
          if (errors == null) {
            errors = new ArrayList<>();
            accepted = new ArrayList<>(group.subList(0, i));
          }
          errors.add(event);
        } else if (errors != null) {
          accepted.add(event);
        }
      }
      if (errors != null) {
        out.get(OutcomeTags.ERROR).output(errors);
      }
      if (!accepted.isEmpty()) {
        out.get(OutcomeTags.ACCEPTED).output(accepted);
      }
    }
  }
}
