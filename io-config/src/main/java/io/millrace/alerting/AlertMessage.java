package io.millrace.alerting;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.contract.Alerts;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.values.Row;

/**
 * A change of an alert as a JSON object. Keys are the columns of the table of the alerts, and
 * before them {@code id} and {@code contract}; times are ISO 8601 in UTC. Equal ids are the same
 * change: a greater {@code revision} replaces the smaller one.
 *
 * @param json the object
 */
public record AlertMessage(ObjectNode json) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The message for a row of the table of the alerts. */
  public static AlertMessage of(String contract, Row row) {
    ObjectNode json = JSON.createObjectNode();
    json.put(
        "id",
        String.join(
            "/",
            List.of(
                contract,
                text(row, Alerts.ALERT),
                text(row, Alerts.GROUP_KEY),
                text(row, Alerts.CHANGED_AT),
                text(row, Alerts.CHANGE))));
    json.put("contract", contract);
    for (String column : row.getSchema().getFieldNames()) {
      Object value = row.getValue(column);
      if (value instanceof Boolean flag) {
        json.put(column, flag);
      } else if (value instanceof Long number) {
        json.put(column, number);
      } else if (value instanceof Map<?, ?> map) {
        ObjectNode texts = json.putObject(column);
        map.forEach((name, text) -> texts.put(String.valueOf(name), String.valueOf(text)));
      } else {
        json.put(column, value == null ? null : value.toString());
      }
    }
    return new AlertMessage(json);
  }

  private static String text(Row row, String column) {
    return String.valueOf(row.<Object>getValue(column));
  }

  /** Reads the result of {@link #toText}. */
  public static AlertMessage parse(String text) {
    try {
      return new AlertMessage((ObjectNode) JSON.readTree(text));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored message of an alert is not JSON", e);
    }
  }

  /** One line of JSON. */
  public String toText() {
    return json.toString();
  }

  public String id() {
    return text("id");
  }

  /** Equal for all changes of an alert and group. */
  public String key() {
    return text("contract") + "/" + text(Alerts.ALERT) + "/" + text(Alerts.GROUP_KEY);
  }

  /** A value as text; empty if it is null. */
  public String text(String name) {
    JsonNode value = json.path(name);
    return value.isNull() || value.isMissingNode() ? "" : value.asText();
  }
}
