package io.millrace.local.clickhouse;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.millrace.local.LocalStack;
import io.millrace.local.StackHolder;
import io.millrace.local.process.ChildJvm;
import io.millrace.local.process.Lifetime;
import io.millrace.local.process.StackState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A {@code clickhouse} binary on the PATH is preferred. The binary of this test is a script that
 * reads the port from the generated configuration and runs the embedded engine there.
 */
class ClickHouseBinaryOnPathIT {
  @TempDir Path directory;
  private Path bin;

  @BeforeEach
  void putOnPath() throws IOException {
    bin = Files.createDirectories(directory.resolve("bin"));
    Path engine = directory.resolve("engine.xml");
    ClickHouseServerConfig.writeEngine(engine, directory.resolve("engine.log"), false);
    String java = System.getProperty("java.home");
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Path script = bin.resolve("clickhouse");
    Files.writeString(
        script,
        """
        #!/bin/sh
        [ "$1" = server ] && [ "$CLICKHOUSE_WATCHDOG_ENABLE" = 0 ] || exit 3
        config=${2#--config-file=}
        port=$(sed -n 's/.*<http_port>\\([0-9]*\\)<.*/\\1/p' "$config")
        grep -q '<listen_host>127.0.0.1<' "$config" || exit 4
        LD_PRELOAD=%s exec %s -Xmx256m -cp '%s' io.millrace.local.clickhouse.facade.ClickHouseHttpServer \
          '%s' '%s' '%s' "$port"
        """
            .formatted(
                Path.of(java, "lib", "libjsig.so"),
                Path.of(java, "bin", "java"),
                classPath,
                ChdbLibrary.ofThisComputer().locate(line -> {}),
                directory.resolve("data"),
                engine));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void isUsedKilledAndStartedAgain() throws IOException {
    long pid;
    try (LocalClickHouse clickHouse =
        LocalClickHouse.create(
            directory,
            0,
            Lifetime.WITH_PARENT,
            "default",
            "",
            Optional.empty(),
            false,
            "/nosuch:" + bin,
            line -> {})) {
      clickHouse.start();
      clickHouse.query("CREATE TABLE t (a Int32) ENGINE = MergeTree ORDER BY a");
      clickHouse.query("INSERT INTO t VALUES (1)");
      pid = clickHouse.pid();
      clickHouse.kill();
      clickHouse.start();
      assertThat(clickHouse.pid(), is(not(pid)));
      assertThat(clickHouse.query("SELECT a FROM t"), is("1\n"));
      pid = clickHouse.pid();
    }
    assertThat(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false), is(false));
    Path config = directory.resolve("clickhouse").resolve("server.xml");
    assertThat(
        PosixFilePermissions.toString(Files.getPosixFilePermissions(config)), is("rw-------"));
    assertThat(Files.readString(config), containsString("password_sha256_hex"));
  }

  @Test
  void endsWithAKilledParent() throws IOException {
    Process parent =
        new ProcessBuilder(
                ChildJvm.command(
                    List.of(),
                    StackHolder.class,
                    Lifetime.DETACHED,
                    List.of(directory.toString(), Lifetime.WITH_PARENT.name(), bin.toString())))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("holder.log").toFile())
            .start();
    try {
      HttpFixture.await("the stack is up", () -> StackState.read(directory).isPresent());
      StackState state = StackState.read(directory).orElseThrow();
      assertThat(
          state.servers().stream().allMatch(s -> s.process(directory).isPresent()), is(true));
      parent.destroyForcibly();
      HttpFixture.await(
          "its servers are gone",
          () -> state.servers().stream().noneMatch(s -> s.process(directory).isPresent()));
    } finally {
      parent.destroyForcibly();
      LocalStack.down(directory);
    }
  }
}
