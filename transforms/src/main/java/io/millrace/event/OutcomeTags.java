package io.millrace.event;

import java.util.List;
import org.apache.beam.sdk.values.TupleTag;

/**
 * The tags of the outputs that sinks write. Events are in groups, because the way from step to step
 * costs by the element: those that the deduplication got together stay together. No group is empty.
 */
public final class OutcomeTags {
  /** Events for the normal table. */
  public static final TupleTag<List<Event>> ACCEPTED = new TupleTag<>("accepted") {};

  /** Events for the error table. */
  public static final TupleTag<List<Event>> ERROR = new TupleTag<>("error") {};

  /** Events for the late table. */
  public static final TupleTag<List<Event>> LATE = new TupleTag<>("late") {};

  /** Duplicates, for the audit only. */
  public static final TupleTag<List<Event>> DUPLICATE = new TupleTag<>("duplicate") {};

  /** Events that a filter rule of the contract turned away, for the audit only. */
  public static final TupleTag<List<Event>> FILTERED = new TupleTag<>("filtered") {};

  public static final TupleTag<DeadLetter> DEAD = new TupleTag<>("dead") {};

  /** Ranges that were lost before they were read, for the audit only. */
  public static final TupleTag<LostRange> LOST = new TupleTag<>("lost") {};

  /** Records that hold no event, without their bytes, for the audit only. */
  public static final TupleTag<SourceRecord> EMPTY = new TupleTag<>("empty") {};

  private OutcomeTags() {}
}
