package io.millrace.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import io.millrace.local.fault.FaultProxy;
import io.millrace.local.process.Ports;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Standard error of commands with the log in JSON: each line is an object. */
class JsonLogIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static LocalStack stack;
  @TempDir private Path directory;

  @BeforeAll
  static void start() {
    stack = SharedStack.clean();
  }

  private static List<JsonNode> events(String err) throws Exception {
    List<JsonNode> events = new ArrayList<>();
    for (String line : err.lines().toList()) {
      JsonNode event = JSON.readTree(line);
      for (String field : List.of("time", "level", "logger", "message")) {
        assertThat(line, event.path(field).isTextual());
      }
      events.add(event);
    }
    return events;
  }

  @Test
  void aRunWhoseSinkIsAwayLogsObjectsWithTheTable() throws Exception {
    MetricsStream stream = new MetricsStream(stack, "json-log");
    try (FaultProxy proxy = FaultProxy.before(stack.clickHouse().address())) {
      List<String> args = new ArrayList<>(List.of("run", "--logFormat=json"));
      args.addAll(stream.flags(directory, proxy.address(), "json_log"));
      int port = Ports.free(Ports.Range.PROXY);
      Scrape.Server server = new Scrape.Server(port);
      args.add("--metricsPort=" + port);
      stream.send(0, 10);
      try (RunningCommand running = new RunningCommand(args.toArray(String[]::new))) {
        running.await("rows", () -> TableRows.count(stack, "json_log.audit") >= 10);
        proxy.refuse();
        stream.send(10, 20);
        running.await("waiting rows", () -> isLogged(server.health()));
        proxy.accept();
        List<JsonNode> events = events(running.stop().err());
        List<JsonNode> waiting =
            events.stream()
                .filter(event -> event.path("message").asText().contains(" rows waiting for "))
                .toList();
        assertThat(events.toString(), waiting.size(), is(greaterThan(0)));
        for (JsonNode event : waiting) {
          assertThat(event.path("level").asText(), is("WARN"));
          assertThat(event.path("contract").asText(), is("visits"));
          assertThat(
              event.path("message").asText(),
              containsString("ClickHouse table " + event.path("table").asText() + ":"));
        }
      }
    }
  }

  /** A slow INSERT is told of as well, but it is not logged. */
  private static boolean isLogged(String health) {
    return health.contains(" rows waiting for ") && !health.contains("an INSERT has no answer yet");
  }

  @Test
  void problemsAreObjectsForEachCommand() throws Exception {
    MillraceProcess.Result result =
        MillraceProcess.run(
            Map.of("MILLRACE_LOG_FORMAT", "json"), List.of(), "audit", "--noSuchFlag");
    assertThat(result.exitCode(), is(2));
    List<JsonNode> events = events(result.err());
    assertThat(events.size(), is(1));
    assertThat(events.get(0).path("level").asText(), is("ERROR"));
    assertThat(
        events.get(0).path("message").asText(),
        containsString("unknown option or argument: --noSuchFlag"));
  }

  @Test
  void aWrongFormatIsOneProblemOfTheFlags() {
    MillraceProcess.Result result =
        MillraceCommand.run("run", "--logFormat=xml", "--metricsPort=-1", "--input=nowhere");
    assertThat(result.exitCode(), is(2));
    assertThat(result.err(), containsString("--logFormat: expected text or json, found `xml`"));
    assertThat(result.err(), containsString("--metricsPort: expected a port"));
    assertThat(result.err(), containsString("--input"));
  }
}
