package io.millrace.rollup;

import org.apache.beam.sdk.values.Row;

/**
 * One result of a rollup: the figures of one window and group as they stand. Of several results of
 * the same window and group the one with the most events is right.
 *
 * @param table the rollup's table
 * @param row the values of {@link io.millrace.contract.Rollup#columns()}
 */
public record RollupRow(String table, Row row) {}
