/**
 * Decodes InfluxDB line protocol: one pass to find the lines of a record, one over each line,
 * without a tree. {@link io.millrace.decode.influx.InfluxFormat} is the way in.
 */
package io.millrace.decode.influx;
