package io.millrace.cli.demo;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demonstration on a cluster, as a process of its own; here, where the job jar is built. */
@Tag("alone")
class DemoOnFlinkIT {
  private static final long LONGEST_MINUTES = 5;

  @TempDir private static Path directory;

  @Test
  void everyEventIsWhereItShouldBe() throws Exception {
    Path out = directory.resolve("out");
    Path log = directory.resolve("log");
    ProcessBuilder demo =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx1g",
                    "--add-opens=java.base/java.lang=ALL-UNNAMED",
                    "-Dmillrace.log=WARN",
                    property("millrace.flink.lib"),
                    property("millrace.flink.job"),
                    "-cp",
                    System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path")),
                    "io.millrace.cli.Millrace",
                    "demo",
                    "--runner=flink",
                    "--json",
                    "--events=8000",
                    "--duplicates=0.1",
                    "--errors=0.1",
                    "--malformed=0.1"))
            .redirectOutput(out.toFile())
            .redirectError(log.toFile());
    demo.environment()
        .put("MILLRACE_HOME", Path.of("../..").toAbsolutePath().normalize().toString());
    Process process = demo.start();
    try {
      assertThat("ended in time", process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES), is(true));
    } finally {
      // Its servers end with it.
      process.destroyForcibly();
    }
    String told = Files.readString(out);
    assertThat(told + Files.readString(log), process.exitValue(), is(0));
    JsonNode report = new ObjectMapper().readTree(told);
    assertThat(told, report.path("differences").asInt(-1), is(0));
    assertThat(told, report.at("/outcomes/read").asInt(), is(8000));
    assertThat(told, report.at("/outcomes/duplicate").asInt(), greaterThan(300));
    assertThat(told, report.path("freshness_p95_ms").asLong(), greaterThan(0L));
  }

  private static String property(String name) {
    return "-D" + name + "=" + System.getProperty(name);
  }
}
