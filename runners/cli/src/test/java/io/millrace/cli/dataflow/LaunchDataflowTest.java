package io.millrace.cli.dataflow;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.MillraceProcess;
import io.millrace.cli.support.CommandErrors;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/**
 * The commands that are printed, and what happens when they are run, by a gcloud that notes them.
 */
class LaunchDataflowTest {
  private static final List<String> WHERE =
      List.of("--project=my-project", "--bucket=gs://my-bucket");

  private static final List<String> ROUTE =
      List.of(
          "--input=kafka://127.0.0.1:1/query-events",
          "--kafkaPartitions=3",
          "--output=clickhouse://127.0.0.1:1/telemetry",
          "--clickHouseUser=gcp-secret:projects/my-project/secrets/clickhouse-user/versions/latest",
          "--clickHousePassword=gcp-secret:projects/my-project/secrets/clickhouse-password/versions/7",
          MillraceProcess.contract("query-events.yaml"));

  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** Notes its arguments, answers as told, and takes PATH from nobody. */
  private String gcloud(String jobIds, int exitCode) throws IOException {
    Path program = directory.resolve("gcloud");
    Files.writeString(
        program,
        "#!/bin/sh\n{ for word in \"$@\"; do printf '%s\\n' \"$word\"; done; echo; } >> '"
            + directory.resolve("asked")
            + "'\n"
            + "case \"$*\" in *'jobs list'*) printf '"
            + jobIds
            + "'; exit 0;; esac\necho working; exit "
            + exitCode
            + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return "/nowhere:" + directory;
  }

  private List<List<String>> asked() throws IOException {
    return Arrays.stream(Files.readString(directory.resolve("asked")).strip().split("\n\n", -1))
        .map(command -> List.of(command.split("\n", -1)))
        .toList();
  }

  private int execute(String searchPath, List<String> flags, String... more) {
    CommandLine command =
        CommandErrors.handledIn(new CommandLine(new LaunchDataflowCommand(searchPath)));
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    List<String> args = new ArrayList<>(List.of(more));
    args.addAll(WHERE);
    args.addAll(flags);
    return command.execute(args.toArray(String[]::new));
  }

  private static List<String> flags(String... more) {
    List<String> flags = new ArrayList<>(ROUTE);
    for (String flag : more) {
      String name = flag.substring(0, flag.indexOf('=') + 1);
      flags.removeIf(given -> !name.isEmpty() && given.startsWith(name));
      flags.add(flag);
    }
    return flags;
  }

  @Test
  void printsEveryCommandOfAJobsLife() throws Exception {
    assertThat(execute(null, flags("--diskSizeGb=30", "--allowedLateness=2h")), is(0));
    String text = out.toString();
    for (String part :
        List.of(
            "gcloud dataflow flex-template build gs://my-bucket/templates/millrace.json",
            "--image-gcr-path=us-central1-docker.pkg.dev/my-project/millrace/dataflow",
            "--env=FLEX_TEMPLATE_JAVA_MAIN_CLASS=io.millrace.dataflow.DataflowMain",
            "gcloud storage cp ",
            "gcloud dataflow flex-template run millrace",
            "allowedLateness=2h",
            "contract=gs://my-bucket/contracts/query-events.yaml",
            "--additional-pipeline-options=diskSizeGb=30",
            "--update",
            "gcloud dataflow jobs drain \"$(gcloud dataflow jobs list ")) {
      assertThat(text, containsString(part));
    }
    assertThat(text, not(containsString("jobs cancel")));
  }

  @Test
  void printsThemAsJson() throws Exception {
    assertThat(execute(null, flags(), "--json", "run"), is(0));
    JsonNode root = new ObjectMapper().readTree(out.toString());
    assertThat(root.path("done").size(), is(0));
    assertThat(root.path("steps").size(), is(1));
    JsonNode step = root.path("steps").path(0);
    assertThat(step.path("step").asText(), is("run"));
    assertThat(step.path("command").path(0).asText(), is("gcloud"));
  }

  @Test
  void runsWhatItIsToldTo() throws Exception {
    assertThat(
        execute(
            gcloud("", 0), flags("--input=kafka://a:1,b:2/query-events"), "--yes", "upload", "run"),
        is(0));
    List<List<String>> asked = asked();
    assertThat(asked, hasSize(2));
    assertThat(asked.get(0).subList(0, 2), is(List.of("storage", "cp")));
    assertThat(
        asked.get(1),
        hasItem("--template-file-gcs-location=gs://my-bucket/templates/millrace.json"));
    assertThat(asked.get(1), hasItem(startsWith("--parameters=^~^")));
    assertThat(asked.get(1), hasItem(containsString("~input=kafka://a:1,b:2/query-events")));
  }

  @Test
  void drainsTheJobOfThatName() throws Exception {
    assertThat(execute(gcloud("2026-11-23_id\\n", 0), List.of(), "--yes", "drain"), is(0));
    assertThat(asked().get(0), hasItems("list", "--filter=name=millrace"));
    assertThat(
        asked().get(1).subList(0, 4), is(List.of("dataflow", "jobs", "drain", "2026-11-23_id")));
  }

  @Test
  void drainsNothingIfThereIsNoSuchJob() throws Exception {
    assertThat(execute(gcloud("", 0), List.of(), "--yes", "drain"), is(1));
    assertThat(asked(), hasSize(1));
    assertThat(
        err.toString(), containsString("drain: expected 1 active job named millrace, found 0"));
  }

  @Test
  void stopsAtTheFirstThatFails() throws Exception {
    assertThat(execute(gcloud("", 3), flags(), "--yes", "upload", "run"), is(1));
    assertThat(asked(), hasSize(1));
    assertThat(err.toString(), containsString("upload: gcloud exited with code 3"));
  }

  @Test
  void givesTheMappingToAnUpdate() throws Exception {
    Path mapping = Files.writeString(directory.resolve("mapping.json"), "{\"A/Old\": \"A/New\"}");
    assertThat(execute(null, flags(), "update", "--mapping=" + mapping), is(0));
    assertThat(out.toString(), containsString("--transform-name-mappings=A/Old=A/New"));
  }

  @Test
  void wrongUseIsToldInOneLineEach() {
    assertThat(execute("/nowhere", flags(), "--yes", "run"), is(2));
    assertThat(err.toString(), containsString("gcloud is not on the PATH"));
    assertThat(execute(null, flags(), "--yes"), is(2));
    assertThat(err.toString(), containsString("--yes: expected an action"));
    assertThat(execute(null, flags("--maxBatchRows=0"), "run", "--bucket=nowhere"), is(2));
    assertThat(execute(null, flags("--maxBatchRows=0"), "run"), is(2));
    assertThat(err.toString(), containsString("--maxBatchRows: expected at least 1"));
    assertThat(execute(null, flags("s3cret"), "run"), is(2));
    assertThat(err.toString(), not(containsString("s3cret")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--clickHousePassword=hunter2", "--clickHousePasword=hunter2", "--dedupShards=0"})
  void flagsAreCheckedWithAContractInTheCloud(String flag) {
    List<String> flags = flags("--contract=gs://my-bucket/c.yaml", flag);
    assertThat(execute(null, flags), is(2));
    assertThat(err.toString(), containsString(flag.substring(0, flag.indexOf('='))));
    assertThat(out.toString() + err, not(containsString("hunter2")));
    assertThat(out.toString(), is(""));
  }

  @Test
  void aContractInTheCloudIsLeftWhereItIs() {
    assertThat(execute(null, flags("--contract=gs://other-bucket/c.yaml"), "run"), is(0));
    assertThat(out.toString(), containsString("contract=gs://other-bucket/c.yaml"));
  }

  @ParameterizedTest
  @CsvSource({
    "--machine-type=n1-standard-2, --workerMachineType",
    "--max-workers=2, --maxNumWorkers",
    "--no-public-ips, --usePublicIps=false",
    "--service-account=a@b, --serviceAccount",
    "--job-name=a, --jobName",
    "--dead-letters=table, --deadLetters"
  })
  void anOldSpellingIsRefusedWithTheNewOne(String old, String today) {
    assertThat(execute(null, flags(old), "run"), is(2));
    assertThat(
        err.toString(),
        containsString("unknown option " + old.split("=", 2)[0] + ": use " + today));
  }

  @Test
  void whatTheRunnerItselfRefusesIsOneLine() {
    Path job = directory.resolve("job.json");
    assertThat(execute(null, flags("--numberOfWorkerHarnessThreads=-1"), "--dryRun=" + job), is(2));
    assertThat(err.toString().lines().count(), is(1L));
    assertThat(err.toString(), containsString("harness threads"));
  }

  @Test
  void aDryRunRefusesWhatTheLaunchRefuses() {
    Path job = directory.resolve("job.json");
    assertThat(execute(null, flags("--checkpointingInterval=5000"), "--dryRun=" + job), is(2));
    assertThat(err.toString(), containsString("unknown option --checkpointingInterval"));
    assertThat(Files.exists(job), is(false));
  }

  @Test
  void writesTheGraphOffline() throws Exception {
    Path job = directory.resolve("job.json");
    assertThat(
        execute(null, flags("--workerMachineType=n1-highmem-2"), "--dryRun=" + job, "--json"),
        is(0));
    assertThat(Files.readString(job), containsString("n1-highmem-2"));
    assertThat(new ObjectMapper().readTree(job.toFile()).path("steps").size(), greaterThan(20));
    assertThat(
        new ObjectMapper().readTree(out.toString()).path("written").asText(), is(job.toString()));
  }
}
