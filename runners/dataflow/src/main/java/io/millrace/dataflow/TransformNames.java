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
 * A mapping of the names of steps, as a JSON object: the name in the job that runs, and the one in
 * the job that takes its place. An empty new name: the step is gone, and its state with it.
 */
public final class TransformNames {
  private TransformNames() {}

  /**
   * Reads a mapping.
   *
   * @throws ConfigException if there is none
   */
  public static Map<String, String> read(Path file) {
    try {
      JsonNode object = new ObjectMapper().readTree(Files.readString(file));
      Map<String, String> names = new LinkedHashMap<>();
      object.properties().forEach(entry -> names.put(entry.getKey(), entry.getValue().asText()));
      if (!object.isObject()) {
        throw notRead(file, "expected one JSON object of texts");
      }
      return names;
    } catch (JsonProcessingException e) {
      throw notRead(file, "not JSON");
    } catch (IOException e) {
      throw notRead(file, e.getClass().getSimpleName());
    }
  }

  private static ConfigException notRead(Path file, String why) {
    return new ConfigException(List.of("--mapping: `" + file + "` cannot be read: " + why));
  }
}
