/**
 * Figures of events by windows of event time and groups. {@link io.millrace.rollup.RollUpMetrics}
 * is the way in.
 */
package io.millrace.rollup;
