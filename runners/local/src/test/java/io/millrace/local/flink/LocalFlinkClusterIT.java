package io.millrace.local.flink;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.containsStringIgnoringCase;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.flink.client.FlinkClientException;
import io.millrace.flink.client.FlinkJarRun;
import io.millrace.flink.client.FlinkJob;
import io.millrace.flink.client.FlinkRest;
import io.millrace.local.process.LocalServer;
import io.millrace.local.process.LocalStackException;
import io.millrace.local.process.Ports;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFlinkClusterIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  @TempDir private Path directory;

  private FlinkClusterBuilder builder() {
    return LocalFlinkCluster.builder().dataDirectory(directory);
  }

  @Test
  void eachProcessCanBeKilledAndStartedAgain() {
    LocalFlinkCluster cluster = builder().taskManagers(2).slots(2).highAvailability(true).start();
    try (cluster) {
      FlinkRest rest = cluster.rest();
      assertThat(rest.overview().slots(), is(4));
      assertThat(rest.overview().freeSlots(), is(4));
      assertThat(rest.taskManagers(), hasSize(2));
      assertThat(cluster.servers(), hasSize(4));

      cluster.taskManager(1).kill();
      assertThat(cluster.taskManager(1).isRunning(), is(false));
      cluster.awaitTaskManagers(1, LIMIT);
      cluster.taskManager(1).start();
      cluster.awaitTaskManagers(2, LIMIT);

      long before = cluster.jobManager().pid();
      cluster.jobManager().kill();
      assertThat(rest.answers(), is(false));
      FlinkClientException gone = assertThrows(FlinkClientException.class, rest::overview);
      assertThat(gone.getMessage(), containsString("GET /overview: no response: Connect"));
      cluster.jobManager().start();
      assertThat(cluster.jobManager().pid(), not(equalTo(before)));
      cluster.awaitTaskManagers(2, LIMIT);
    }
    assertThat(cluster.servers().stream().filter(LocalServer::isRunning).toList(), empty());
  }

  @Test
  void failuresAreOneLineThatNamesTheCause() throws IOException {
    try (LocalFlinkCluster cluster = builder().slots(1).start()) {
      FlinkRest rest = cluster.rest();
      assertThat(rest.jobs(), empty());

      Path garbage = Files.writeString(directory.resolve("garbage.jar"), "no jar at all");
      assertThat(
          failure(() -> rest.upload(garbage)),
          allOf(containsString("garbage.jar is not a jar"), containsStringIgnoringCase("zip")));

      String jar = rest.upload(emptyJar());
      assertThat(
          failure(() -> rest.run(jar, FlinkJarRun.of("no.such.Main", List.of()))),
          containsString("POST /jars/" + jar + "/run: 500: ClassNotFoundException: no.such.Main"));
      rest.deleteJar(jar);
      assertThat(
          failure(() -> rest.run(jar, FlinkJarRun.of("no.such.Main", List.of()))),
          containsString("does not exist"));

      FlinkJob unknown = rest.job("0123456789abcdef0123456789abcdef");
      for (Runnable request :
          List.<Runnable>of(
              unknown::detail,
              unknown::failures,
              unknown::checkpoints,
              unknown::accumulators,
              unknown::cancel,
              () -> unknown.savepoint(LIMIT),
              () -> unknown.stopWithSavepoint(false, LIMIT))) {
        assertThat(
            failure(request),
            allOf(
                containsString(unknown.id()),
                anyOf(containsString("404"), containsString("Could not find"))));
      }
      assertThat(
          failure(() -> unknown.awaitEnd(Duration.ZERO)),
          allOf(containsString("did not end within 0 s"), containsString("404")));
      assertThat(failure(() -> rest.job("x").detail()), containsString("400"));

      assertThat(
          failure(
              () ->
                  builder()
                      .restPort(Integer.parseInt(cluster.master().split(":", 2)[1]))
                      .start()
                      .close()),
          containsString(
              "already in use. Stop the process that uses it, or set another port with"
                  + " --flinkPort=N"));
    }
  }

  @Test
  void eachProcessServesItsMetricsOnTheLoopbackAddressOnly() throws Exception {
    try (LocalFlinkCluster cluster = builder().prometheus(true).start()) {
      assertThat(cluster.metrics().keySet(), is(Set.of("flink-jobmanager", "flink-taskmanager-1")));
      for (String url : cluster.metrics().values()) {
        HttpResponse<String> response =
            HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
        assertThat(response.body(), containsString("_Status_JVM_CPU_Time"));
        Optional<InetAddress> outside = addressOfAnotherInterface();
        assertThat(
            outside.map(a -> Ports.accepts(a.getHostAddress() + ":" + URI.create(url).getPort())),
            not(is(Optional.of(true))));
      }
    }
  }

  private static Optional<InetAddress> addressOfAnotherInterface() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
        .findFirst();
  }

  @Test
  void whatCannotBeStartedIsRefused() {
    assertThat(
        failure(() -> LocalFlinkCluster.builder().start().close()),
        containsString("needs a data directory"));
    assertThat(
        failure(() -> builder().lib(directory).start().close()), containsString("no Flink jars"));
    assertThat(
        failure(() -> builder().taskManagers(0).start().close()),
        containsString("needs at least 1 TaskManager"));
    assertThat(
        failure(() -> builder().taskManagerHeap(10).start().close()),
        containsString("a heap of at least 256 MB, found 10"));
    assertThat(
        failure(() -> builder().config("taskmanager.memory.network.min", "x").start().close()),
        allOf(containsString("ended while it started"), containsString("log: ")));
  }

  /** A message of one line. */
  private static String failure(Runnable action) {
    RuntimeException thrown = assertThrows(RuntimeException.class, action::run);
    assertThat(
        thrown,
        anyOf(instanceOf(LocalStackException.class), instanceOf(FlinkClientException.class)));
    String message = thrown.getMessage();
    assertThat(message, not(containsString("\n")));
    return message;
  }

  private Path emptyJar() throws IOException {
    Path jar = directory.resolve("empty.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new ZipEntry("nothing.txt"));
    }
    return jar;
  }
}
