package io.millrace.cli.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Reads files of Kubernetes resources, and compares each with the schema of its kind. */
final class Manifests {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The classes that fabric8 generates from Kubernetes' own OpenAPI schema. */
  private static final Map<String, Class<?>> KINDS =
      Map.of(
          "v1/ConfigMap", ConfigMap.class,
          "v1/Service", Service.class,
          "v1/ServiceAccount", ServiceAccount.class,
          "apps/v1/StatefulSet", StatefulSet.class,
          "networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class,
          "policy/v1/PodDisruptionBudget", PodDisruptionBudget.class);

  /** The classes keep unknown keys in a map, unless it is ignored: then they are errors. */
  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .annotationIntrospector(
              new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1;

                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                  return false;
                }
              })
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  private static final String FLINK = "flink.apache.org/v1beta1/FlinkDeployment";
  private static final String DEFINITION =
      "/META-INF/fabric8/flinkdeployments.flink.apache.org-v1.yml";

  private Manifests() {}

  static List<JsonNode> read(Path file) throws IOException {
    return parse(Files.readString(file));
  }

  static List<JsonNode> parse(String yaml) {
    List<JsonNode> resources = new ArrayList<>();
    new Load(LoadSettings.builder().build())
        .loadAllFromString(yaml)
        .forEach(document -> resources.add(JSON.valueToTree(document)));
    return resources;
  }

  /** What the API server would refuse, one line each. */
  static List<String> problems(JsonNode resource) {
    String kind = resource.path("apiVersion").asText() + "/" + resource.path("kind").asText();
    if (kind.equals(FLINK)) {
      return CustomSchema.problems(definition(), resource);
    }
    Class<?> type = KINDS.get(kind);
    if (type == null) {
      return List.of("unknown kind: " + kind);
    }
    try {
      Object unused = STRICT.treeToValue(resource, type);
      return List.of();
    } catch (JsonProcessingException e) {
      return List.of(kind + ": " + e.getMessage().lines().findFirst().orElseThrow());
    }
  }

  /** The operator's definition of a FlinkDeployment. */
  private static JsonNode definition() {
    try (InputStream in = Manifests.class.getResourceAsStream(DEFINITION)) {
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8)).get(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
