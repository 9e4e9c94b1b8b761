package io.millrace.rollup;

import org.apache.beam.sdk.values.Row;

/**
 * One result of a roll-up: the measures of one window and group. Of several results, the one with
 * the most events is the latest. Or a change of an alert, which is written in the same way.
 *
 * @param table the table of the roll-up or of the alerts
 * @param row the values of {@link io.millrace.contract.Rollup#columns()}, or of {@link
 *     io.millrace.contract.Alerts#columns()}
 */
public record RollupRow(String table, Row row) {}
