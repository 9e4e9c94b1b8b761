/**
 * Roll-ups: measures of events by windows of event time and groups. {@link
 * io.millrace.rollup.RollUpMetrics} is the entry point.
 */
package io.millrace.rollup;
