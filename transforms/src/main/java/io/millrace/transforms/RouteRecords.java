package io.millrace.transforms;

import io.millrace.contract.Contract;
import io.millrace.event.Packed;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecordCoder;
import io.millrace.expression.RecordSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Gives each record to the first contract that describes it, see {@link Contract#records}. A record
 * that none describes goes to the first contract, where {@link DecodeEvents} makes a dead letter of
 * it. Lost ranges are routed like records of their topic. Records are not changed.
 *
 * <p>Output: {@link #tag}, one for each contract. Only for a run of several contracts. No state.
 */
public final class RouteRecords extends PTransform<PCollection<SourceRecord>, PCollectionTuple> {
  private static final long serialVersionUID = 1L;

  private final List<Contract> contracts;

  private RouteRecords(List<Contract> contracts) {
    this.contracts = contracts;
  }

  /** Routes to contracts, the first of which takes what is nobody's. */
  public static RouteRecords to(List<Contract> contracts) {
    return new RouteRecords(List.copyOf(contracts));
  }

  /** The records of the contract with an index. */
  public static TupleTag<SourceRecord> tag(int index) {
    return new TupleTag<>("contract-" + index);
  }

  private static List<TupleTag<SourceRecord>> tags(int count) {
    return IntStream.range(0, count).mapToObj(RouteRecords::tag).toList();
  }

  @Override
  public PCollectionTuple expand(PCollection<SourceRecord> records) {
    List<TupleTag<SourceRecord>> tags = tags(contracts.size());
    PCollectionTuple routed =
        records.apply(
            "Route",
            ParDo.of(new RouteFn(contracts))
                .withOutputTags(
                    tags.get(0), TupleTagList.of(List.copyOf(tags.subList(1, tags.size())))));
    tags.forEach(tag -> routed.get(tag).setCoder(SourceRecordCoder.of()));
    return routed;
  }

  static final class RouteFn extends DoFn<SourceRecord, SourceRecord> {
    private static final long serialVersionUID = 1L;

    private final Packed<ArrayList<Contract>> contracts;
    private transient @Nullable RecordSelector[] selectors;
    private transient List<TupleTag<SourceRecord>> tags;

    RouteFn(List<Contract> contracts) {
      this.contracts = Packed.of(new ArrayList<>(contracts));
    }

    @Setup
    public void setUp() {
      selectors = contracts.get().stream().map(RecordSelector::of).toArray(RecordSelector[]::new);
      tags = tags(selectors.length);
    }

    @ProcessElement
    public void route(@Element SourceRecord record, MultiOutputReceiver out) {
      out.get(tags.get(indexFor(record))).output(record);
    }

    private int indexFor(SourceRecord record) {
      for (int i = 0; i < selectors.length; i++) {
        RecordSelector selector = selectors[i];
        if (selector == null || selector.takes(record)) {
          return i;
        }
      }
      return 0;
    }
  }
}
