package io.millrace.deadletter;

import io.millrace.event.DeadLetter;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.joda.time.Instant;

/**
 * Batches the dead letters of a bundle, so that a sender waits for one acknowledgement a batch. A
 * batch has at most {@link #MAX_LETTERS} and about {@link #MAX_BYTES}. State: none.
 */
final class BatchDeadLetters extends DoFn<DeadLetter, Iterable<DeadLetter>> {
  static final int MAX_LETTERS = 1_000;
  static final long MAX_BYTES = 8L << 20;

  private transient List<DeadLetter> letters;
  private transient long bytes;
  private transient Instant earliest;

  @StartBundle
  public void startBundle() {
    begin();
  }

  private void begin() {
    letters = new ArrayList<>();
    bytes = 0;
    earliest = GlobalWindow.INSTANCE.maxTimestamp();
  }

  @ProcessElement
  public void process(
      @Element DeadLetter letter,
      @Timestamp Instant timestamp,
      OutputReceiver<Iterable<DeadLetter>> out) {
    letters.add(letter);
    bytes += DeadLetterJson.roughBytes(letter);
    if (timestamp.isBefore(earliest)) {
      earliest = timestamp;
    }
    if (letters.size() >= MAX_LETTERS || bytes >= MAX_BYTES) {
      out.output(letters);
      begin();
    }
  }

  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    if (!letters.isEmpty()) {
      context.output(letters, earliest, GlobalWindow.INSTANCE);
      begin();
    }
  }
}
