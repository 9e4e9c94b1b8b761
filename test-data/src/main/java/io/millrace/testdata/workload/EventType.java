package io.millrace.testdata.workload;

import java.util.Locale;

/** The steps of a query's life, in their order. */
public enum EventType {
  QUERY_STARTED,
  QUERY_PLANNED,
  QUERY_RUNNING,
  QUERY_FINISHED,
  RESULTS_FETCHED;

  /** The steps in their order, without the copy that values() makes. */
  private static final EventType[] STEPS = values();

  private final String text = name().toLowerCase(Locale.ROOT);

  static EventType step(int number) {
    return STEPS[number];
  }

  static int steps() {
    return STEPS.length;
  }

  public String text() {
    return text;
  }

  /** The JSON string, in a new array. */
  public byte[] json() {
    return new ByteBuilder(text.length() + 2).add('"').ascii(text).add('"').array();
  }
}
