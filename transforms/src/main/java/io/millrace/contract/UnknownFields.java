package io.millrace.contract;

import java.io.Serializable;

/**
 * How the fields of an event that the contract does not declare are stored. They never make an
 * event invalid and are never dropped.
 *
 * @param column the column that holds them
 * @param form how the column holds them
 */
public record UnknownFields(String column, Form form) implements Serializable {

  public enum Form {
    /** The text of one JSON object, nested as sent; the empty string if there are none. */
    JSON,
    /** A map from dotted path to decoded string or JSON text; empty if there are none. */
    MAP
  }
}
