package io.millrace.io;

import java.io.Serializable;

/**
 * One batch that a sink has acknowledged.
 *
 * @param table the table
 * @param rows number of rows written
 */
public record WrittenBatch(String table, long rows) implements Serializable {}
