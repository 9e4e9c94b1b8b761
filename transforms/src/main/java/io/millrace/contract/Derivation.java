package io.millrace.contract;

import java.io.Serializable;

/**
 * A column whose value is computed of the event's other columns.
 *
 * @param name the column, one of the contract's fields
 * @param value the value, as an expression in CEL
 * @param onError what becomes of an event for which the expression fails, or has a value that the
 *     column cannot hold
 */
public record Derivation(String name, String value, OnFailure onError) implements Serializable {}
