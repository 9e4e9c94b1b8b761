package io.millrace.contract;

import java.io.Serializable;
import java.time.Duration;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * An alert: a condition on the results of a roll-up. Each group of the roll-up is judged on its
 * own, in event time.
 *
 * @param name the alert's name
 * @param rollup the table of the roll-up, whose windows are fixed or sliding
 * @param when the condition on a result, in CEL over the columns of the roll-up; null: the alert is
 *     about absent results
 * @param clear what a result must meet to resolve a firing alert, in CEL; null: that it does not
 *     meet {@code when}
 * @param hold how long the condition must hold without a break before the alert fires; a multiple
 *     of the time between results
 * @param early whether results of open windows may fire the alert
 * @param absentFor the alert fires if a group has no result for so long; null: it is about a
 *     condition
 * @param forgetAfter after this time without a result a group is forgotten, and its alert resolved;
 *     null: the alert is about a condition
 * @param labels texts with values, by name
 * @param summary a text with values; may be empty
 */
public record Alert(
    String name,
    String rollup,
    @Nullable String when,
    @Nullable String clear,
    Duration hold,
    boolean early,
    @Nullable Duration absentFor,
    @Nullable Duration forgetAfter,
    Map<String, String> labels,
    String summary)
    implements Serializable {

  public Alert {
    labels = Map.copyOf(labels);
  }

  /** Whether the alert is about groups that have no results. */
  public boolean isAboutAbsence() {
    return absentFor != null;
  }
}
