package io.millrace.bench.harness;

import io.millrace.cli.support.TextLines;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A target of a measurement.
 *
 * @param what the measured quantity
 * @param value the measured value
 * @param bar the target
 * @param atLeast whether the target is a minimum
 */
public record Bar(String what, double value, double bar, boolean atLeast) {
  public boolean holds() {
    return atLeast ? value >= bar : value <= bar;
  }

  public String text() {
    String form = Math.rint(bar * 10) == bar * 10 ? "%,.1f" : "%,.2f";
    return TextLines.text(
        "%,.2f %s; the bar is %s %s: %s",
        value,
        what,
        atLeast ? "at least" : "at most",
        TextLines.text(form, bar),
        holds() ? "holds" : "MISSED");
  }

  public Map<String, Object> toJson() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("what", what);
    object.put("value", value);
    object.put(atLeast ? "at_least" : "at_most", bar);
    object.put("holds", holds());
    return object;
  }
}
