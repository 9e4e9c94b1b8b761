package io.millrace.cli.release;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads the bill of materials that the build of a release writes. */
final class Sbom {
  private Sbom() {}

  /** The license of each component, by its id. An empty text if its pom names none. */
  static Map<String, String> licenses(Path file) throws IOException {
    Map<String, String> licenses = new TreeMap<>();
    for (JsonNode component : new ObjectMapper().readTree(file.toFile()).path("components")) {
      if (component.path("group").asText().equals("io.millrace")) {
        continue;
      }
      String id =
          String.join(
              ":",
              component.path("group").asText(),
              component.path("name").asText(),
              component.path("version").asText());
      String purl = component.path("purl").asText();
      int classifier = purl.indexOf("classifier=");
      if (classifier >= 0) {
        id += ":" + purl.substring(classifier + 11).split("&", -1)[0];
      }
      List<String> names = new ArrayList<>();
      for (JsonNode entry : component.path("licenses")) {
        JsonNode license = entry.path("license");
        String name = license.path("id").asText(license.path("name").asText());
        names.add(name.isEmpty() ? entry.path("expression").asText() : name);
      }
      licenses.put(id, String.join(" or ", names).replace(",", ""));
    }
    return licenses;
  }
}
