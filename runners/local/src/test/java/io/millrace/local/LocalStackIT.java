package io.millrace.local;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.local.clickhouse.HttpFixture;
import io.millrace.local.clickhouse.LocalClickHouse;
import io.millrace.local.kafka.LocalKafka;
import io.millrace.local.process.ChildJvm;
import io.millrace.local.process.Lifetime;
import io.millrace.local.process.LocalStackException;
import io.millrace.local.process.Ports;
import io.millrace.local.process.StackState;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalStackIT {
  @TempDir Path directory;

  private LocalStack.Builder builder() {
    return LocalStack.builder().dataDirectory(directory).searchPath("");
  }

  private static boolean lives(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  @Test
  void startsBothAndStopsBoth() throws IOException {
    Queue<String> progress = new ConcurrentLinkedQueue<>();
    long begin = System.nanoTime();
    long kafkaPid;
    long clickHousePid;
    try (LocalStack stack = builder().progress(progress::add).start()) {
      System.out.printf("stack up in %.1f s%n", (System.nanoTime() - begin) / 1e9);
      kafkaPid = stack.kafka().pid();
      clickHousePid = stack.clickHouse().pid();
      stack.kafka().createTopic("t", 1);
      assertThat(stack.clickHouse().query("SELECT 1"), is("1\n"));
      assertThat(progress, hasSize(2));

      LocalStackException twice =
          assertThrows(
              LocalStackException.class,
              () -> builder().externalKafka(stack.kafka().address()).clickHousePort(0).start());
      assertThat(
          "one data directory, one engine", twice.getMessage(), containsString("clickhouse ended"));

      try (LocalStack second =
          LocalStack.builder()
              .externalKafka(stack.kafka().address())
              .externalClickHouse(stack.clickHouse().address())
              .start()) {
        assertThat(second.clickHouse().query("SELECT 2"), is("2\n"));
        assertThat(second.kafka().pid(), is(-1L));
        assertThrows(LocalStackException.class, () -> second.kafka().kill());
      }
      assertThat("closing a user of it leaves it", stack.clickHouse().isRunning(), is(true));
    }
    assertThat(lives(kafkaPid), is(false));
    assertThat(lives(clickHousePid), is(false));
  }

  @Test
  void clickHouseKeepsAcknowledgedRowsWhenKilled() {
    try (HttpFixture fixture = new HttpFixture(directory)) {
      LocalClickHouse clickHouse = fixture.server;
      clickHouse.query("CREATE TABLE kept (a UInt64) ENGINE = MergeTree ORDER BY a");
      clickHouse.query("CREATE DATABASE more");
      clickHouse.query("CREATE TABLE more.kept (a UInt64) ENGINE = MergeTree ORDER BY a");
      clickHouse.query("CREATE TABLE gone (a UInt64) ENGINE = MergeTree ORDER BY a");
      clickHouse.query("DROP TABLE gone SYNC");
      for (int i = 0; i < 20; i++) {
        clickHouse.query("INSERT INTO kept VALUES (" + i + ")");
        clickHouse.query("INSERT INTO more.kept SELECT number FROM numbers(1000)");
      }
      Path leftover = directory.resolve("clickhouse").resolve("spool").resolve("99.spool");
      String address = clickHouse.address();
      long pid = clickHouse.pid();
      long begin = System.nanoTime();
      clickHouse.kill();
      assertThrows(LocalStackException.class, () -> clickHouse.query("SELECT 1"));
      Files.writeString(leftover, "left by a killed server");
      clickHouse.start();
      System.out.printf(
          "clickhouse killed and back in %.1f s%n", (System.nanoTime() - begin) / 1e9);
      assertThat(clickHouse.pid(), is(not(pid)));
      assertThat(clickHouse.address(), is(address));
      assertThat(clickHouse.query("SELECT count(), sum(a) FROM kept"), is("20\t190\n"));
      assertThat(clickHouse.query("SELECT count() FROM more.kept"), is("20000\n"));
      assertThat(clickHouse.query("EXISTS TABLE gone"), is("0\n"));
      assertThat(clickHouse.query("SELECT count() FROM system.dropped_tables"), is("0\n"));
      assertThat(Files.exists(leftover), is(false));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void sigtermLetsARunningQueryFinish() {
    try (HttpFixture fixture = new HttpFixture(directory)) {
      CompletableFuture<HttpResponse<byte[]>> slow = runningQuery(fixture);
      fixture.server.stop();
      assertThat(HttpFixture.text(slow.join()), is("0\tslow\n"));
      assertThat(fixture.server.isRunning(), is(false));
    }
  }

  /** A query that runs; another one if a busy machine has seen it too late. */
  private static CompletableFuture<HttpResponse<byte[]>> runningQuery(HttpFixture fixture) {
    String runs = "SELECT count() FROM system.processes WHERE query LIKE 'SELECT sleep(2)%'";
    while (true) {
      CompletableFuture<HttpResponse<byte[]>> slow =
          CompletableFuture.supplyAsync(() -> fixture.post("SELECT sleep(2), 'slow'"));
      HttpFixture.await(
          "the query runs", () -> slow.isDone() || fixture.server.query(runs).equals("1\n"));
      if (!slow.isDone()) {
        return slow;
      }
    }
  }

  @Test
  void aTakenPortIsToldBeforeAnythingStarts() throws IOException {
    try (ServerSocket taken = new ServerSocket()) {
      taken.bind(new InetSocketAddress(Ports.loopback(), 0));
      int port = taken.getLocalPort();
      LocalStackException kafka =
          assertThrows(LocalStackException.class, () -> builder().kafkaPort(port).start());
      assertThat(
          kafka.getMessage(),
          is(
              "port "
                  + port
                  + " on 127.0.0.1 is already in use. Stop the process that uses it, or set another"
                  + " port with --kafkaPort=N"));
      LocalStackException clickHouse =
          assertThrows(LocalStackException.class, () -> builder().clickHousePort(port).start());
      assertThat(clickHouse.getMessage(), containsString("--clickhousePort=N"));
    }
    assertThat(Files.exists(directory.resolve("logs")), is(false));
  }

  @Test
  void externalServersMustAnswer() {
    LocalStackException kafka =
        assertThrows(
            LocalStackException.class,
            () ->
                LocalStack.builder()
                    .externalKafka("127.0.0.1:" + Ports.free(Ports.Range.KAFKA))
                    .externalClickHouse("http://127.0.0.1:" + Ports.free(Ports.Range.CLICKHOUSE))
                    .start());
    assertThat(kafka.getMessage(), containsString("does not respond"));
    assertThrows(
        LocalStackException.class,
        () ->
            LocalStack.builder()
                .externalKafka("nonsense")
                .externalClickHouse("http://127.0.0.1:1")
                .start());
  }

  @Test
  void aFailedStartQuotesTheLog() throws IOException {
    Path data = directory.resolve("kafka").resolve("data");
    Files.createDirectories(data);
    Files.writeString(data.resolve("meta.properties"), "version=1\nnode.id=7\ncluster.id=x\n");
    try (LocalKafka kafka = LocalKafka.create(directory, 0, Lifetime.WITH_PARENT)) {
      LocalStackException failed = assertThrows(LocalStackException.class, kafka::start);
      assertThat(
          failed.getMessage(),
          allOf(
              containsString("kafka ended while it started: "),
              containsString("Exception"),
              containsString("id 7"),
              containsString("kafka.log")));
    }
  }

  private static int port(StackState.Server server) {
    return Integer.parseInt(server.address().substring(server.address().lastIndexOf(':') + 1));
  }

  /** A process that was started by somebody else. */
  private static Process foreign() throws IOException {
    return new ProcessBuilder("sleep", "300").start();
  }

  private Process holder(Lifetime lifetime, String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(directory.toString(), lifetime.name()));
    arguments.addAll(List.of(more));
    ProcessBuilder builder =
        new ProcessBuilder(
            ChildJvm.command(List.of(), StackHolder.class, Lifetime.DETACHED, arguments));
    return builder
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("holder.log").toFile())
        .start();
  }

  @Test
  void serversEndWithAKilledParent() throws Exception {
    Process parent = holder(Lifetime.WITH_PARENT);
    try {
      HttpFixture.await("the stack is up", () -> StackState.read(directory).isPresent());
      StackState state = StackState.read(directory).orElseThrow();
      assertThat(state.servers(), hasSize(2));
      state.servers().forEach(server -> assertThat(lives(server.pid()), is(true)));
      parent.destroyForcibly();
      HttpFixture.await(
          "its servers are gone",
          () -> state.servers().stream().noneMatch(server -> lives(server.pid())));
    } finally {
      parent.destroyForcibly();
    }
  }

  @Test
  void detachedServersEndWithAStarterThatDiesBeforeItHandsThemOver() throws Exception {
    Process parent = holder(Lifetime.DETACHED, "", "never hands over");
    try {
      HttpFixture.await(
          "both are recorded",
          () ->
              StackState.read(directory)
                  .filter(state -> state.servers().stream().filter(s -> s.pid() > 0).count() == 2)
                  .isPresent());
      StackState state = StackState.read(directory).orElseThrow();
      assertThat(LocalStack.unrecorded(directory), is(List.of()));
      parent.destroyForcibly();
      HttpFixture.await(
          "its servers are gone",
          () -> state.servers().stream().noneMatch(server -> lives(server.pid())));
      assertThat(LocalStack.down(directory), is(List.of()));
    } finally {
      parent.destroyForcibly();
      LocalStack.down(directory);
    }
  }

  @Test
  void detachedServersOutliveTheirStarter() throws Exception {
    Process parent = holder(Lifetime.DETACHED);
    try {
      assertThat(parent.waitFor(3, TimeUnit.MINUTES), is(true));
      List<ServerStatus> status = LocalStack.status(directory);
      assertThat(status, hasSize(2));
      for (ServerStatus server : status) {
        assertThat(server.name(), server.running() && server.answers(), is(true));
        assertThat(server.since().isBefore(Instant.now().plusSeconds(2)), is(true));
      }
      StackState state = StackState.read(directory).orElseThrow();

      // What is missing is started, the rest left as it is, on the ports that they had.
      ProcessHandle.of(state.servers().get(1).pid()).orElseThrow().destroyForcibly();
      HttpFixture.await("clickhouse is gone", () -> !lives(state.servers().get(1).pid()));
      LocalStack completed =
          builder()
              .kafkaPort(port(state.servers().get(0)))
              .clickHousePort(port(state.servers().get(1)))
              .lifetime(Lifetime.DETACHED)
              .start();
      assertThat(completed.kafka().address(), is(state.servers().get(0).address()));
      assertThat(completed.kafka().pid(), is(state.servers().get(0).pid()));
      assertThat(completed.clickHouse().pid(), is(not(state.servers().get(1).pid())));
      LocalStack.writeState(completed, List.of(), directory);

      // A process that merely has a recorded pid is not ours to stop; one that names the directory
      // on its command line is, though its pid is not recorded.
      Process foreign = foreign();
      List<Long> ours = List.of(completed.kafka().pid(), completed.clickHouse().pid());
      new StackState(
              List.of(
                  new StackState.Server(
                      "clickhouse",
                      completed.clickHouse().address(),
                      foreign.pid(),
                      Instant.now().minusSeconds(60),
                      directory.resolve("log"))))
          .write(directory);
      assertThat(LocalStack.unrecorded(directory), is(List.of("kafka")));
      assertThat(LocalStack.down(directory), containsInAnyOrder("kafka", "clickhouse"));
      ours.forEach(pid -> assertThat(lives(pid), is(false)));
      assertThat(foreign.isAlive(), is(true));
      foreign.destroyForcibly();
      assertThat(StackState.read(directory).isPresent(), is(false));
      assertThat(LocalStack.status(directory), is(List.of()));
    } finally {
      parent.destroyForcibly();
      LocalStack.down(directory);
    }
  }
}
