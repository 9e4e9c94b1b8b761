package io.millrace.cli.init;

import io.millrace.cli.explain.EventExplanation;
import io.millrace.cli.explain.RecordExplainer;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Outcome;
import java.util.ArrayList;
import java.util.List;

/**
 * What becomes of a sample under a contract.
 *
 * @param events valid and dead events
 * @param duplicates events that were in the sample before
 * @param dead what is wrong with each dead event, and where
 */
record Trial(long events, long duplicates, List<String> dead) {
  /**
   * Decodes records by the text of a contract.
   *
   * @param recordTimeMillis when they arrived
   * @throws io.millrace.contract.yaml.ContractException if it cannot be loaded
   */
  static Trial of(String yaml, List<byte[]> records, long recordTimeMillis) {
    Contract contract = ContractLoader.parse(yaml, "contract");
    RecordExplainer explainer = RecordExplainer.of(contract, recordTimeMillis);
    long events = 0;
    long duplicates = 0;
    List<String> dead = new ArrayList<>();
    for (byte[] record : records) {
      for (EventExplanation event : explainer.explain(record)) {
        events += event.outcome() == null ? 0 : 1;
        duplicates += event.outcome() == Outcome.DUPLICATE ? 1 : 0;
        if (event.outcome() == Outcome.DEAD) {
          dead.add(event.place() + ": " + event.reason() + ": " + event.message());
        }
      }
    }
    return new Trial(events, duplicates, List.copyOf(dead));
  }

  long decoded() {
    return events - dead.size();
  }

  /** Whether most events are valid. */
  boolean isGood() {
    return decoded() * 2 > events;
  }
}
