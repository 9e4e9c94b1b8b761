package io.millrace.contract;

import java.io.Serializable;

/**
 * Where the fields go that an event carries and the contract does not name. They never fail an
 * event and are never lost.
 *
 * @param column the column that holds them
 * @param form as one JSON object's text (nested as they were sent) or as a map from dotted path to
 *     value
 */
public record UnknownFields(String column, Form form) implements Serializable {

  /** How the unknown fields are kept. */
  public enum Form {
    /** The text of one JSON object, nested as it was sent; empty string if there are none. */
    JSON,
    /** A map from dotted path to decoded string or JSON text; empty if there are none. */
    MAP
  }
}
