package io.millrace.cli.init.guess;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * An event of a sample.
 *
 * @param record the record around it; null: the event is the record
 */
public record SampledEvent(ObjectNode event, @Nullable ObjectNode record) {
  /** The value of a field; a missing node if there is none. */
  public JsonNode value(FieldGuess field) {
    JsonNode node = field.above() ? record : event;
    for (String key : field.path()) {
      node = node == null ? null : node.get(key);
    }
    return node == null ? MissingNode.getInstance() : node;
  }
}
