package io.millrace.cli.contracttest;

import io.millrace.cli.explain.EventExplanation;
import java.util.List;

/**
 * The result of one case.
 *
 * @param events what became of its events
 * @param differences from what it expects; empty: it passed
 * @param nanos how long it took, in nanoseconds
 */
record CaseResult(
    TestCase test, List<EventExplanation> events, List<Difference> differences, long nanos) {
  boolean passed() {
    return differences.isEmpty();
  }
}
