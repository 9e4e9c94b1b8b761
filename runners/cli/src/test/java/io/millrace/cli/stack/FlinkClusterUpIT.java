package io.millrace.cli.stack;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.MillraceCommand;
import io.millrace.cli.MillraceProcess;
import io.millrace.flink.client.FlinkJobJar;
import io.millrace.flink.client.FlinkRest;
import io.millrace.local.flink.FlinkJars;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlinkClusterUpIT {
  private static final List<String> ALL =
      List.of(
          "kafka",
          "clickhouse",
          "flink-zookeeper",
          "flink-jobmanager",
          "flink-taskmanager-1",
          "flink-taskmanager-2");

  @TempDir private Path home;

  @Test
  void upStartsAClusterThatStatusShowsAndDownStops() throws Exception {
    try {
      MillraceProcess.Result up =
          millrace(
              "up",
              "--kafkaPort=0",
              "--clickhousePort=0",
              "--flink",
              "--flinkHa",
              "--slots=1",
              "--flinkPort=0");
      assertThat(up.err(), up.exitCode(), is(0));

      MillraceProcess.Result status = millrace("status", "--json");
      JsonNode servers = new ObjectMapper().readTree(status.out());
      List<String> names = new ArrayList<>();
      servers.fieldNames().forEachRemaining(names::add);
      assertThat(names, is(ALL));
      for (String name : ALL.subList(2, 6)) {
        assertThat(name, servers.path(name).path("answers").asBoolean(), is(true));
      }
      FlinkRest rest = FlinkRest.at(servers.at("/flink-jobmanager/address").asText());
      assertThat(rest.overview().slots(), is(2));
      assertThat(servers.at("/flink-jobmanager/jobs").isArray(), is(true));
      assertThat(servers.at("/flink-jobmanager/jobs").size(), is(0));

      long pid = servers.at("/flink-taskmanager-2/pid").asLong();
      end(pid);
      MillraceProcess.Result broken = MillraceCommand.runIn(home, "status");
      assertThat(broken.exitCode(), is(1));
      assertThat(broken.out(), containsString("flink-taskmanager-2  down at 127.0.0.1:"));

      // What is missing is started, the rest is left as it is.
      end(servers.at("/kafka/pid").asLong());
      MillraceProcess.Result again = MillraceCommand.runIn(home, "up");
      assertThat(again.err(), again.exitCode(), is(0));
      JsonNode completed =
          new ObjectMapper().readTree(MillraceCommand.runIn(home, "status", "--json").out());
      for (String name : ALL) {
        boolean ended = name.equals("kafka") || name.equals("flink-taskmanager-2");
        assertThat(name, completed.path(name).path("answers").asBoolean(), is(true));
        assertThat(
            name, completed.path(name).path("address"), is(servers.path(name).path("address")));
        assertThat(
            name,
            completed.path(name).path("pid").equals(servers.path(name).path("pid")),
            is(!ended));
      }
      assertThat(rest.overview().slots(), is(2));
      MillraceProcess.Result moved = MillraceCommand.runIn(home, "up", "--clickhousePort=1");
      assertThat(moved.exitCode(), is(2));
      assertThat(
          moved.err(), startsWith("millrace: clickhouse is already up at http://127.0.0.1:"));
      assertThatOnlyThePasswordOpens(completed.at("/clickhouse/address").asText());
      assertThatJobsAreFoundByTheirNames(completed);
      MillraceProcess.Result down = millrace("down");
      assertThat(down.out(), startsWith("stopped " + String.join(", ", ALL)));
    } finally {
      MillraceProcess.Result unused = MillraceCommand.runIn(home, "down");
    }
  }

  /** One of two jobs on the cluster, which has a slot for each. */
  private void assertThatJobsAreFoundByTheirNames(JsonNode servers) throws Exception {
    String kafka = servers.at("/kafka/address").asText();
    String output = "--output=clickhouse" + servers.at("/clickhouse/address").asText().substring(4);
    List<String> submit = new ArrayList<>(List.of("submit-flink", "--json", "--parallelism=1"));
    submit.add(MillraceProcess.contract("query-events.yaml"));
    for (String name : List.of("first", "second")) {
      String topic = "kafka://" + kafka + "/" + name;
      MillraceProcess.Result sent = millrace("generate", "--to=" + topic, "--count=200");
      assertThat(sent.err(), sent.exitCode(), is(0));
      List<String> one = new ArrayList<>(submit);
      one.addAll(List.of("--jobName=" + name, "--input=" + topic, output + "/" + name));
      MillraceProcess.Result job = millrace(one.toArray(String[]::new));
      assertThat(job.err(), job.exitCode(), is(0));
      assertThat(new ObjectMapper().readTree(job.out()).path("name").asText(), is(name));
      MillraceProcess.Result again = millrace(one.toArray(String[]::new));
      assertThat(again.exitCode(), is(2));
      assertThat(again.err(), startsWith("millrace: a job named " + name + " runs already at "));
    }
    assertThat(millrace("savepoint").err(), containsString("Name one of first, second"));
    MillraceProcess.Result savepoint = millrace("savepoint", "second");
    assertThat(savepoint.err(), savepoint.exitCode(), is(0));
    assertThat(savepoint.out(), containsString("/savepoint-"));
  }

  private static void end(long pid) {
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
    assertThat(process.destroyForcibly(), is(true));
    process.onExit().join();
  }

  private void assertThatOnlyThePasswordOpens(String address) throws Exception {
    String url = MillraceCommand.runIn(home, "status", "--clickhouseUrl").out().strip();
    URI withPassword = URI.create(url);
    assertThat("http://" + withPassword.getHost() + ":" + withPassword.getPort(), is(address));
    String login =
        Base64.getEncoder()
            .encodeToString(withPassword.getUserInfo().getBytes(StandardCharsets.UTF_8));
    HttpRequest.Builder select =
        HttpRequest.newBuilder(URI.create(address))
            .POST(HttpRequest.BodyPublishers.ofString("SELECT 12345"));
    HttpClient http = HttpClient.newHttpClient();
    assertThat(
        http.send(select.build(), HttpResponse.BodyHandlers.ofString()).statusCode(), is(403));
    assertThat(
        http.send(
                select.header("Authorization", "Basic " + login).build(),
                HttpResponse.BodyHandlers.ofString())
            .body(),
        is("12345\n"));
    MillraceProcess.Result migrate =
        MillraceCommand.runIn(
            home,
            "migrate",
            "--output=clickhouse" + address.substring(4) + "/telemetry",
            MillraceProcess.contract("query-events.yaml"));
    assertThat(migrate.err(), migrate.exitCode(), is(0));
  }

  /** What an `up` has started ends with it, and the next one finds nothing in its way. */
  @Test
  void sigtermDuringUpLeavesNothing() throws Exception {
    Path state = home.resolve(".millrace/stack.json");
    Process up =
        MillraceProcess.start(
            Map.of("MILLRACE_HOME", home.toString()),
            List.of(),
            "up",
            "--kafkaPort=0",
            "--clickhousePort=0");
    try {
      List<Long> pids = new ArrayList<>();
      long deadline = System.nanoTime() + 60_000_000_000L;
      while (pids.size() < 2 && System.nanoTime() - deadline < 0) {
        pids.clear();
        if (Files.exists(state)) {
          new ObjectMapper()
              .readTree(Files.readString(state))
              .forEach(
                  server -> {
                    if (server.path("pid").asLong() > 0) {
                      pids.add(server.path("pid").asLong());
                    }
                  });
        }
        LockSupport.parkNanos(20_000_000);
      }
      assertThat(pids.size(), is(2));
      // Not by the Process itself, which would close its output as well.
      up.toHandle().destroy();
      up.waitFor();
      String told = new String(up.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(told, containsString("all of them are stopped"));
      for (long pid : pids) {
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent(), is(false));
      }
      assertThat(MillraceCommand.runIn(home, "down").out().strip(), is("nothing to stop"));
    } finally {
      up.destroyForcibly();
      MillraceCommand.runIn(home, "down");
    }
  }

  private MillraceProcess.Result millrace(String... args) throws InterruptedException {
    Path lib = MillraceProcess.root().resolve("runners/flink/cluster/target/lib");
    return MillraceProcess.run(
        Map.of("MILLRACE_HOME", home.toString()),
        List.of(
            "-D" + FlinkJars.PROPERTY + "=" + lib,
            "-D" + FlinkJobJar.PROPERTY + "=" + System.getProperty(FlinkJobJar.PROPERTY)),
        args);
  }
}
