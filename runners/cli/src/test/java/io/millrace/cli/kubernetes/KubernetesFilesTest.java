package io.millrace.cli.kubernetes;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.cli.EarlyFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files for Kubernetes fit its schemas, restrict their pods, and start what they say. */
class KubernetesFilesTest {
  private static final Path HOME = Path.of("../..");
  private static final Path ONE_POD = HOME.resolve("docs/kubernetes/one-pod.yaml");
  private static final Path DEPLOY = HOME.resolve("runners/flink/deploy");
  private static final Path DEPLOYMENT = DEPLOY.resolve("flink-deployment.yaml");
  private static final Path POLICIES = DEPLOY.resolve("flink-policies.yaml");

  @TempDir private Path directory;

  private static List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path place : List.of(HOME.resolve("docs/kubernetes"), DEPLOY)) {
      try (Stream<Path> found = Files.list(place)) {
        found.filter(file -> file.toString().endsWith(".yaml")).sorted().forEach(files::add);
      }
    }
    return files;
  }

  private static JsonNode one(Path file, String kind) throws IOException {
    List<JsonNode> found =
        Manifests.read(file).stream().filter(r -> r.path("kind").asText().equals(kind)).toList();
    assertThat(kind, found, hasSize(1));
    return found.get(0);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static String flag(List<String> args, String name) {
    String start = "--" + name + "=";
    return args.stream()
        .filter(arg -> arg.startsWith(start))
        .findFirst()
        .orElseThrow()
        .substring(start.length());
  }

  @Test
  void everyResourceFitsItsSchema() throws IOException {
    List<String> kinds = new ArrayList<>();
    for (Path file : files()) {
      for (JsonNode resource : Manifests.read(file)) {
        assertThat(file.toString(), Manifests.problems(resource), empty());
        kinds.add(resource.path("kind").asText());
      }
    }
    assertThat(
        kinds, hasItems("StatefulSet", "NetworkPolicy", "PodDisruptionBudget", "FlinkDeployment"));
  }

  @Test
  void aMisspelledKeyAndAWrongTypeAreNoticed() throws IOException {
    String pod = Files.readString(ONE_POD);
    assertThat(
        problems(pod.replace("readOnlyRootFilesystem:", "readonlyRootFilesystem:")),
        contains(containsString("Unrecognized field \"readonlyRootFilesystem\"")));
    assertThat(
        problems(pod.replace("periodSeconds: 20", "periodSeconds: often")),
        contains(containsString("Integer")));
    assertThat(
        problems(pod.replace("policyTypes:", "policyType:")),
        contains(containsString("Unrecognized field \"policyType\"")));
    assertThat(
        problems(pod.replace("apps/v1", "apps/v2")), contains("unknown kind: apps/v2/StatefulSet"));
    String flink = Files.readString(DEPLOYMENT);
    assertThat(
        problems(flink.replace("allowPrivilegeEscalation:", "allowPrivilegeEscalations:")),
        contains(
            "/spec/podTemplate/spec/containers/0/securityContext/allowPrivilegeEscalations:"
                + " unknown key"));
    assertThat(
        problems(flink.replace("flinkVersion: v1_19", "flinkVersion: 1.19")),
        hasItems("/spec/flinkVersion: expected a string"));
    assertThat(
        problems(flink.replace("taskmanager.numberOfTaskSlots: \"2\"", "slots: 2")),
        contains("/spec/flinkConfiguration/slots: expected a string"));
  }

  private static List<String> problems(String yaml) {
    return Manifests.parse(yaml).stream().flatMap(r -> Manifests.problems(r).stream()).toList();
  }

  @Test
  void podsHaveNoMoreRightsThanTheyNeed() throws IOException {
    for (JsonNode pod :
        List.of(
            one(ONE_POD, "StatefulSet").at("/spec/template/spec"),
            one(DEPLOYMENT, "FlinkDeployment").at("/spec/podTemplate/spec"))) {
      assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean(), is(true));
      assertThat(pod.at("/securityContext/seccompProfile/type").asText(), is("RuntimeDefault"));
      for (JsonNode container : pod.path("containers")) {
        JsonNode rights = container.path("securityContext");
        assertThat(rights.path("allowPrivilegeEscalation").asBoolean(true), is(false));
        assertThat(rights.path("readOnlyRootFilesystem").asBoolean(), is(true));
        assertThat(texts(rights.at("/capabilities/drop")), contains("ALL"));
      }
    }
    JsonNode pod = one(ONE_POD, "StatefulSet").at("/spec/template/spec");
    assertThat(pod.path("automountServiceAccountToken").asBoolean(true), is(false));
  }

  @Test
  void thePodStartsARunWithItsContract() throws IOException {
    JsonNode container = one(ONE_POD, "StatefulSet").at("/spec/template/spec/containers/0");
    List<String> args = new ArrayList<>(List.of("run", "--state=/state"));
    args.addAll(texts(container.path("args")));
    JsonNode data = one(ONE_POD, "ConfigMap").path("data");
    assertThat(data.size(), is(1));
    String name = data.fieldNames().next();
    Path contract = Files.writeString(directory.resolve(name), data.path(name).asText());
    String mounted = "--contract=" + mountPath(container, "contract") + "/" + name;
    args.replaceAll(arg -> arg.equals(mounted) ? "--contract=" + contract : arg);
    assertThat(args, hasItems("--contract=" + contract));
    assertThat(EarlyFlags.problems(args), empty());
    assertThat(
        flag(args, "clickHousePassword"),
        is("file:" + mountPath(container, "clickhouse") + "/password"));
    assertThat(
        Files.readString(HOME.resolve("docs/Containerfile")),
        containsString("\"run\", \"--state=" + mountPath(container, "state") + "\""));
  }

  private static String mountPath(JsonNode container, String volume) {
    for (JsonNode mount : container.path("volumeMounts")) {
      if (mount.path("name").asText().equals(volume)) {
        return mount.path("mountPath").asText();
      }
    }
    throw new AssertionError("no mount of " + volume);
  }

  @Test
  void probesAskTheEndpointOfTheRun() throws IOException {
    JsonNode container = one(ONE_POD, "StatefulSet").at("/spec/template/spec/containers/0");
    List<String> args = texts(container.path("args"));
    JsonNode port = container.at("/ports/0");
    assertThat(flag(args, "metricsPort"), is(port.path("containerPort").asText()));
    assertThat(flag(args, "metricsAddress"), is("0.0.0.0"));
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      assertThat(
          container.path(probe).at("/httpGet/port").asText(), is(port.path("name").asText()));
    }
    // A run is not healthy while a sink is down: a restart would not help.
    assertThat(container.at("/livenessProbe/httpGet/path").asText(), is("/metrics"));
    assertThat(container.at("/readinessProbe/httpGet/path").asText(), is("/healthz"));
  }

  @Test
  void networkPoliciesSelectThePods() throws IOException {
    JsonNode set = one(ONE_POD, "StatefulSet");
    JsonNode policy = one(ONE_POD, "NetworkPolicy");
    assertThat(
        policy.at("/spec/podSelector/matchLabels"), is(set.at("/spec/template/metadata/labels")));
    assertThat(set.at("/spec/selector/matchLabels"), is(set.at("/spec/template/metadata/labels")));
    assertThat(
        one(ONE_POD, "Service").at("/spec/selector"), is(set.at("/spec/selector/matchLabels")));
    assertThat(texts(policy.at("/spec/policyTypes")), contains("Ingress", "Egress"));
    // The operator labels each pod with the name of its FlinkDeployment.
    String name = one(DEPLOYMENT, "FlinkDeployment").at("/metadata/name").asText();
    for (String kind : List.of("NetworkPolicy", "PodDisruptionBudget")) {
      ObjectNode spec = (ObjectNode) one(POLICIES, kind).path("spec");
      JsonNode selector = spec.has("podSelector") ? spec.get("podSelector") : spec.get("selector");
      assertThat(selector.at("/matchLabels/app").asText(), is(name));
    }
    String prometheus =
        one(DEPLOYMENT, "FlinkDeployment")
            .at("/spec/flinkConfiguration")
            .path("metrics.reporter.prom.port")
            .asText();
    assertThat(
        one(POLICIES, "NetworkPolicy").at("/spec/ingress").findValuesAsText("port"),
        hasItems(prometheus));
  }
}
