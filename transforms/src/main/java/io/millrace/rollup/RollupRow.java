package io.millrace.rollup;

import org.apache.beam.sdk.values.Row;

/**
 * One result of a roll-up: the measures of one window and group. Of several results, the one with
 * the most events is the latest.
 *
 * @param table the table of the roll-up
 * @param row the values of {@link io.millrace.contract.Rollup#columns()}
 */
public record RollupRow(String table, Row row) {}
