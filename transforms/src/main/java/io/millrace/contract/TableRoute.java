package io.millrace.contract;

import java.io.Serializable;

/**
 * A table for some of the accepted events.
 *
 * @param table the table in place of the normal one
 * @param when which events it holds, if no earlier route does
 */
public record TableRoute(TableDefinition table, Condition when) implements Serializable {}
