package io.millrace.dataflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.io.flags.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a mapping of step names from a JSON object: names in the running job to names in its
 * replacement. An empty new name drops the step and its state.
 */
public final class TransformNames {
  private TransformNames() {}

  /**
   * Reads a mapping.
   *
   * @throws ConfigException if the file is unreadable or not a JSON object
   */
  public static Map<String, String> read(Path file) {
    try {
      JsonNode object = new ObjectMapper().readTree(Files.readString(file));
      Map<String, String> names = new LinkedHashMap<>();
      object.properties().forEach(entry -> names.put(entry.getKey(), entry.getValue().asText()));
      if (!object.isObject()) {
        throw unreadable(file, "expected one JSON object of strings");
      }
      return names;
    } catch (JsonProcessingException e) {
      throw unreadable(file, "not JSON");
    } catch (IOException e) {
      throw unreadable(file, e.getClass().getSimpleName());
    }
  }

  private static ConfigException unreadable(Path file, String why) {
    return new ConfigException(List.of("--mapping: cannot read `" + file + "`: " + why));
  }
}
