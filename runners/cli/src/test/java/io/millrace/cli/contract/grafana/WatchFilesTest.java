package io.millrace.cli.contract.grafana;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.in;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.millrace.cli.MillraceCommand;
import io.millrace.cli.MillraceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The compose files, and what they mount for Prometheus and Grafana. {@code -Dmillrace.write=true}
 * prints the files of the contract again.
 */
class WatchFilesTest {
  private static final Path DOCS = MillraceProcess.root().resolve("docs");
  private static final Path WATCH = DOCS.resolve("watch");
  private static final YAMLMapper YAML = new YAMLMapper();

  private static JsonNode yaml(Path file) throws IOException {
    return YAML.readTree(file.toFile());
  }

  @ParameterizedTest
  @CsvSource({
    "prometheus, rules/query-events.yaml",
    "grafana, dashboards/query-events.json",
    "grafana-health, dashboards/query-events-health.json"
  })
  void filesAreThoseOfTheContract(String as, String name) throws IOException {
    MillraceProcess.Result printed =
        MillraceCommand.run(
            "contract",
            "show",
            MillraceProcess.root().resolve("test-data/contracts/query-events.yaml").toString(),
            "--as=" + as,
            "--database=telemetry");
    assertThat(printed.err(), printed.exitCode(), is(0));
    Path file = WATCH.resolve(name);
    if (Boolean.getBoolean("millrace.write")) {
      Files.writeString(file, printed.out());
    }
    assertThat(
        file + " is outdated: run this test with -Dmillrace.write=true",
        Files.readString(file),
        is(printed.out()));
  }

  @Test
  void everyMountedPathExists() throws IOException {
    List<String> mounted = new ArrayList<>();
    for (String compose : List.of("compose.yaml", "compose-flink.yaml")) {
      for (JsonNode service : yaml(DOCS.resolve(compose)).path("services")) {
        for (JsonNode volume : service.path("volumes")) {
          if (volume.asText().startsWith(".")) {
            mounted.add(volume.asText().split(":", -1)[0]);
          }
        }
      }
    }
    assertThat(mounted.size(), greaterThan(3));
    for (String path : mounted) {
      assertThat(path, Files.exists(DOCS.resolve(path)), is(true));
    }
  }

  /** A port is published on 127.0.0.1, or the service is told to listen there. */
  @Test
  void everyServiceListensOnTheLoopbackAddress() throws IOException {
    JsonNode services = yaml(DOCS.resolve("compose.yaml")).path("services");
    for (JsonNode service : services) {
      if (service.path("network_mode").asText().equals("host")) {
        assertThat(
            service.path("command").toString() + service.at("/environment/GF_SERVER_HTTP_ADDR"),
            containsString("127.0.0.1"));
      } else {
        List<String> ports = new ArrayList<>();
        service.path("ports").forEach(port -> ports.add(port.asText()));
        assertThat(ports, everyItem(startsWith("127.0.0.1:")));
        assertThat(ports.size(), greaterThan(0));
      }
    }
    assertThat(services.size(), is(4));
  }

  @Test
  void everyDataSourceOfADashboardIsProvisioned() throws IOException {
    Set<String> types = new TreeSet<>();
    Set<String> uids = new TreeSet<>();
    for (JsonNode source :
        yaml(WATCH.resolve("provisioning/datasources/millrace.yaml")).path("datasources")) {
      types.add(source.path("type").asText());
      uids.add(source.path("uid").asText());
    }
    assertThat(uids.size(), is(types.size()));
    try (Stream<Path> dashboards = Files.list(WATCH.resolve("dashboards"))) {
      List<Path> files = dashboards.toList();
      assertThat(files.size(), is(2));
      for (Path file : files) {
        JsonNode dashboard = new ObjectMapper().readTree(file.toFile());
        // A panel names a variable, whose value is a data source of its type.
        Set<String> variables = new TreeSet<>();
        for (JsonNode variable : dashboard.at("/templating/list")) {
          assertThat(variable.path("query").asText(), is(in(types)));
          variables.add("${" + variable.path("name").asText() + "}");
        }
        for (JsonNode panel : dashboard.path("panels")) {
          if (!panel.path("type").asText().equals("row")) {
            String uid = panel.at("/datasource/uid").asText();
            assertThat(uid, uid, is(in(variables)));
          }
        }
      }
    }
  }

  @Test
  void prometheusFindsTheRulesAndGrafanaTheDashboards() throws IOException {
    JsonNode services = yaml(DOCS.resolve("compose.yaml")).path("services");
    String rules = yaml(WATCH.resolve("prometheus.yaml")).at("/rule_files/0").asText();
    assertThat(rules, is("/etc/prometheus/rules/*.yaml"));
    assertThat(
        volumes(services.path("prometheus")),
        hasItem("./watch/rules:" + rules.replace("/*.yaml", "") + ":ro"));
    String dashboards =
        yaml(WATCH.resolve("provisioning/dashboards/millrace.yaml"))
            .at("/providers/0/options/path")
            .asText();
    assertThat(
        volumes(services.path("grafana")), hasItem("./watch/dashboards:" + dashboards + ":ro"));
    String url =
        yaml(WATCH.resolve("provisioning/datasources/millrace.yaml"))
            .at("/datasources/1/url")
            .asText();
    assertThat(
        services.path("prometheus").path("command").toString(),
        containsString("--web.listen-address=" + url.substring("http://".length())));
  }

  private static List<String> volumes(JsonNode service) {
    List<String> volumes = new ArrayList<>();
    service.path("volumes").forEach(volume -> volumes.add(volume.asText()));
    return volumes;
  }
}
