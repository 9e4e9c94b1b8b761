package io.millrace.dataflow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mistakes are told before anything is asked of Google: one line each, exit code 2. */
class DataflowMainTest {
  @TempDir private Path directory;

  private List<String> refusal(String... more) {
    List<String> flags = new ArrayList<>(Pair.KAFKA_CLICKHOUSE.flags());
    for (String flag : more) {
      String name = flag.substring(0, flag.indexOf('=') + 1);
      flags.removeIf(given -> given.startsWith(name));
      flags.add(flag);
    }
    Path job = directory.resolve("job.json");
    flags.add("--dryRun=" + job);
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try (PrintStream err = new PrintStream(said, true, UTF_8)) {
      assertThat(DataflowMain.run(flags, err, err), is(2));
    }
    assertThat(Files.exists(job), is(false));
    return said.toString(UTF_8).lines().toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"env:MILLRACE_TEST_SECRET", "file:/etc/hostname"})
  void secretsThatNoWorkerHasAreRefusedWithTheRemedy(String reference) {
    List<String> lines =
        refusal("--clickHousePassword=" + reference, "--clickHouseUser=" + reference);
    assertThat(lines, hasSize(2));
    assertThat(
        lines,
        hasItems(
            containsString("--clickHousePassword: env: and file: are not supported"),
            containsString("--clickHouseUser: env: and file: are not supported")));
    assertThat(lines.get(0), containsString("gcp-secret:projects/PROJECT/secrets/"));
    assertThat(lines.toString(), not(containsString(System.getenv("MILLRACE_TEST_SECRET"))));
  }

  @Test
  void aSecretThatWasTypedIsNotRepeated() {
    List<String> lines = refusal("--clickHousePassword=hunter2-typed");
    assertThat(lines, hasSize(1));
    assertThat(lines.get(0), containsString("--clickHousePassword: not a reference to a secret"));
    assertThat(lines.toString(), not(containsString("hunter2")));
  }

  @Test
  void allMistakesAreToldAtOnce() {
    List<String> lines =
        refusal("--maxBatchRows=0", "--clickHouseCaFile=/etc/ca.pem", "--pageRecords=50");
    assertThat(
        lines,
        hasItems(
            containsString("--maxBatchRows: expected at least 1"),
            containsString("--clickHouseCaFile: files are not supported on Dataflow"),
            containsString("--pageRecords: only for the DirectRunner and Flink")));
  }

  @Test
  void filesThatNoWorkerHasAreRefusedWithTheRemedy() {
    List<String> lines =
        refusal("--input=file:///var/in/*.jsonl", "--deadLetters=table,file:///var/dead/");
    assertThat(lines, hasSize(2));
    assertThat(
        lines,
        hasItems(
            containsString("--input: files are not supported on Dataflow"),
            containsString("--deadLetters: files are not supported on Dataflow")));
  }

  @Test
  void whatTheRunnerItselfRefusesIsOneLine() {
    List<String> lines = refusal("--project=No Project", "--kafkaPartitions=1");
    assertThat(lines, hasSize(1));
    assertThat(
        lines.get(0), startsWith("millrace: the Dataflow runner cannot start the job: Project ID"));
  }

  /** Not in a dry run, where this would not be looked at. */
  @Test
  void aPlaceThatIsNoneIsOneLine() {
    List<String> flags = new ArrayList<>(Pair.KAFKA_CLICKHOUSE.flags());
    flags.addAll(
        List.of(
            "--skipPreflight=true",
            "--project=my-project",
            "--region=us-central1",
            "--credentialFactoryClass=org.apache.beam.sdk.extensions.gcp.auth.NoopCredentialFactory",
            "--gcpTempLocation=/tmp/nowhere"));
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try (PrintStream err = new PrintStream(said, true, UTF_8)) {
      assertThat(DataflowMain.run(flags, err, err), is(2));
    }
    List<String> lines = said.toString(UTF_8).lines().toList();
    assertThat(lines, hasSize(1));
    assertThat(lines.get(0), containsString("Expected a valid 'gs://' path"));
  }

  @Test
  void whatWouldRunWronglyIsRefused() {
    List<String> lines =
        refusal(
            "--experiments=use_runner_v2",
            "--streaming=false",
            "--enableStreamingEngine=false",
            "--dataflowServiceOptions=streaming_mode_at_least_once");
    assertThat(lines, hasSize(4));
    assertThat(lines, hasItem(containsString("runner v2 does not support MapState")));
    assertThat(refusal("--runner=TestDataflowRunner"), hasItem(containsString("--runner: ")));
  }

  @Test
  void aFileThatCannotBeWrittenIsRefused() {
    List<String> flags = new ArrayList<>(Pair.KAFKA_CLICKHOUSE.flags());
    flags.add("--dryRun=" + directory.resolve("none/job.json"));
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try (PrintStream err = new PrintStream(said, true, UTF_8)) {
      assertThat(DataflowMain.run(flags, err, err), is(2));
    }
    assertThat(said.toString(UTF_8), containsString("expected a file in an existing directory"));
  }
}
