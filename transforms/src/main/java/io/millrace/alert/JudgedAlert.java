package io.millrace.alert;

/**
 * What {@link GroupAlerts} must know of an alert.
 *
 * @param <R> the type of results
 */
interface JudgedAlert<R> {
  String name();

  /** A hash of everything that decides states; after a change of it, only the state goes on. */
  int fingerprint();

  AlertTimeline.Rule rule();

  /** Whether results of open windows count if they meet the condition. */
  boolean early();

  /** Whether a missing result meets the condition, and a result clears it. */
  boolean isAboutAbsence();

  /** After how many ticks without a result a group is forgotten; only for absence. */
  long forgetTicks();

  Verdict verdict(R result);
}
