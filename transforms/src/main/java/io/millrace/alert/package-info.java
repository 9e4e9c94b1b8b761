/**
 * Alerts: conditions on the results of roll-ups, judged in event time, and the changes of their
 * states.
 */
package io.millrace.alert;
