package io.millrace.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import io.millrace.local.process.Ports;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the metrics of a run are served, and in which forms. */
class MetricsPortIT {
  @TempDir private Path directory;

  @Test
  void bothFormatsAreServedOnLoopbackOnly() throws Exception {
    LocalStack stack = SharedStack.clean();
    int port = Ports.free(Ports.Range.PROXY);
    Scrape.Server server = new Scrape.Server(port);
    MetricsStream stream = new MetricsStream(stack, "formats");
    List<String> flags =
        stream.flags(directory, stack.clickHouse().address().substring(7), "formats");
    List<String> args = new ArrayList<>(List.of("run", "--metricsPort=" + port));
    args.addAll(flags);
    try (RunningCommand running = new RunningCommand(args.toArray(String[]::new))) {
      running.await("health", () -> server.health().equals("200 healthy"));
      var text = server.get("/metrics");
      assertThat(text.headers().firstValue("Content-Type").orElseThrow(), startsWith("text/plain"));
      assertThat(text.body(), containsString("# TYPE millrace_records_total counter"));
      var open = server.get("/metrics", "Accept", "application/openmetrics-text; version=1.0.0");
      assertThat(
          open.headers().firstValue("Content-Type").orElseThrow(),
          startsWith("application/openmetrics-text"));
      assertThat(open.body(), containsString("# TYPE millrace_records counter"));
      assertThat(open.body(), containsString("# UNIT millrace_freshness_seconds seconds"));
      assertThat(open.body().endsWith("# EOF\n"), is(true));
      assertThat(server.get("/").statusCode(), is(404));

      // It does not listen on other addresses of this computer, so this one is free.
      try (ServerSocket other = new ServerSocket()) {
        other.bind(new InetSocketAddress("127.0.0.2", port));
        assertThat(other.isBound(), is(true));
      }

      refuses("127.0.0.1:" + port, flags, "--metricsPort=" + port);
      try (ServerSocket other = new ServerSocket()) {
        other.bind(new InetSocketAddress("127.0.0.3", port));
        refuses("127.0.0.3:" + port, flags, "--metricsPort=" + port, "--metricsAddress=127.0.0.3");
      }
    }
  }

  private static void refuses(String address, List<String> flags, String... more) {
    MillraceProcess.Result result = MillraceCommand.run("run", flags, more);
    assertThat(result.exitCode(), is(2));
    assertThat(
        result.err(),
        is(
            "millrace: --metricsPort: cannot listen on "
                + address
                + " (Address already in use). Choose another port, or 0 for any free one\n"));
  }

  @Test
  void aWrongPortIsReportedWithAllOtherProblems() {
    MillraceProcess.Result result =
        MillraceCommand.run("run", "--metricsPort=many", "--input=nowhere", "--noSuchFlag=1");
    assertThat(result.exitCode(), is(2));
    assertThat(
        result.err(),
        allOf(
            containsString("--metricsPort: expected a port from 0 to 65535, found `many`"),
            containsString("--input"),
            containsString("--noSuchFlag")));
  }

  @Test
  void aWrongAddressIsReportedWithAllOtherProblems() {
    for (String wrong : List.of("everywhere", "10.0.0.256", "1.2", "::g", "")) {
      MillraceProcess.Result result =
          MillraceCommand.run("run", "--metricsAddress=" + wrong, "--input=nowhere");
      assertThat(result.exitCode(), is(2));
      assertThat(
          result.err(),
          allOf(
              containsString(
                  "--metricsAddress: expected an IP address of this machine, or 0.0.0.0 for all of"
                      + " them, found `"
                      + wrong
                      + "`"),
              containsString("--metricsAddress has no effect without --metricsPort"),
              containsString("--input")));
    }
    MillraceProcess.Result right =
        MillraceCommand.run("run", "--metricsAddress=::", "--metricsPort=0", "--input=nowhere");
    assertThat(right.err(), not(containsString("--metrics")));
  }
}
