package io.millrace.direct;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.FlinkJars;
import io.millrace.local.FlinkRest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
      ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
      assertThat(process.destroyForcibly(), is(true));
      process.onExit().join();
      MillraceProcess.Result broken = millrace("status");
      assertThat(broken.exitCode(), is(1));
      assertThat(broken.out(), containsString("flink-taskmanager-2  is down at 127.0.0.1:"));
    } finally {
      MillraceProcess.Result down = millrace("down");
      assertThat(down.out(), startsWith("stopped " + String.join(", ", ALL.subList(0, 5))));
    }
  }

  private MillraceProcess.Result millrace(String... args) throws InterruptedException {
    Path lib = MillraceProcess.root().resolve("runners/flink-cluster/target/lib");
    return MillraceProcess.run(
        Map.of("MILLRACE_HOME", home.toString()),
        List.of("-D" + FlinkJars.PROPERTY + "=" + lib),
        args);
  }
}
