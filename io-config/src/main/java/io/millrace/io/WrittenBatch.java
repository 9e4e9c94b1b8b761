package io.millrace.io;

import java.io.Serializable;

/**
 * One batch that a sink has acknowledged.
 *
 * @param table the table
 * @param rows how many rows are in it now that were not before
 */
public record WrittenBatch(String table, long rows) implements Serializable {}
