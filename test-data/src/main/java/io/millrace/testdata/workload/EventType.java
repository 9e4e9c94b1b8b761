package io.millrace.testdata.workload;

import java.util.Locale;

/** The steps of a query's life cycle, in order. */
public enum EventType {
  QUERY_STARTED,
  QUERY_PLANNED,
  QUERY_RUNNING,
  QUERY_FINISHED,
  RESULTS_FETCHED;

  /** The steps, without the copy of values(). */
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

  /** A new array with the JSON string. */
  public byte[] json() {
    return new ByteBuilder(text.length() + 2).add('"').ascii(text).add('"').array();
  }
}
