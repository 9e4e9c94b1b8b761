package io.millrace.flink.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.millrace.options.StateSettings;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the snapshots of a run depend on, stored beside them as {@code run.json}. Contains
 * references to secrets, never secrets.
 *
 * @param run id by which the readers in the snapshots find their run, see {@link
 *     io.millrace.io.InFlight#publish}
 * @param stateBackend {@code filesystem} or {@code rocksdb}
 * @param settings {@link StateSettings#values}
 * @param steps uids of the steps with state
 * @param flags as they were given, for people
 */
record RunRecord(
    String run,
    String stateBackend,
    Map<String, String> settings,
    List<String> steps,
    List<String> flags) {
  static final String FILE = "run.json";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  RunRecord {
    settings = new TreeMap<>(settings);
    steps = List.copyOf(steps);
    flags = List.copyOf(flags);
  }

  StateSettings stateSettings() {
    return new StateSettings(settings);
  }

  String toJson() {
    try {
      return JSON.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts are always valid JSON", e);
    }
  }

  /**
   * Parses the output of {@link #toJson}.
   *
   * @throws JsonProcessingException if the text is anything else
   */
  static RunRecord parse(String json) throws JsonProcessingException {
    return JSON.readValue(json, RunRecord.class);
  }
}
