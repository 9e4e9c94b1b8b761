package io.millrace.local;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.sameInstance;

import io.millrace.local.process.StackState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StackPasswordTest {
  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void aStackIsRecorded() {
    file = StackPassword.fileIn(directory);
    record(1);
  }

  private void record(long pid) {
    StackState.put(
        directory,
        new StackState.Server(
            "clickhouse", "http://127.0.0.1:18123", pid, Instant.EPOCH, directory.resolve("log")));
  }

  @Test
  void isMadeOnceAndReadableByItsOwnerOnly() throws IOException {
    assertThat(StackPassword.read(file), matchesPattern("[0-9a-f]{32}"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)), is("rw-------"));
    String first = StackPassword.read(file);
    assertThat(StackPassword.read(StackPassword.fileIn(directory)), is(first));
    try (var files = Files.list(directory)) {
      assertThat(files.filter(other -> other.toString().contains("password")).count(), is(1L));
    }
    assertThat(
        StackPassword.url("http://127.0.0.1:18123", file),
        is("http://default:" + first + "@127.0.0.1:18123"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--output=clickhouse://127.0.0.1:18123/telemetry",
        "--output=clickhouse://localhost:18123/telemetry",
        "--output clickhouse://127.0.0.1:18123/telemetry",
        "--output=clickhouse://127.0.0.1:18123/a,bigquery://project/b",
      })
  void isAddedForTheLocalStack(String output) {
    String[] flags = ("run " + output + " --contract=c.yaml").split(" ", -1);
    String[] more = StackPassword.addTo(flags, directory);
    assertThat(List.of(more).subList(0, flags.length), is(List.of(flags)));
    assertThat(more[flags.length], is("--clickHousePassword=file:" + file));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--output=clickhouse://127.0.0.1:8123/telemetry",
        "--output=clickhouse://127.0.0.1:181230/telemetry",
        "--output=clickhouse://127.0.0.1:18123.example/telemetry",
        "--output=clickhouse://elsewhere:18123/telemetry",
        "--output=clickhouse://127.0.0.1:18123/a,clickhouse://elsewhere:8123/b",
        "--output=bigquery://project/dataset",
        "--input=clickhouse://127.0.0.1:18123/telemetry",
        "--output=clickhouse://127.0.0.1:18123/t --clickHousePassword=env:MINE",
        "--output=clickhouse://127.0.0.1:18123/t --clickHouseUser=me",
        "status --json",
      })
  void isNotSentAnywhereElse(String flags) {
    String[] given = flags.split(" ", -1);
    assertThat(StackPassword.addTo(given, directory), sameInstance(given));
  }

  @Test
  void isNotForAServerOfSomebodyElse() {
    record(-1);
    assertThat(StackPassword.fileFor(directory, "127.0.0.1:18123"), is(Optional.empty()));
  }
}
