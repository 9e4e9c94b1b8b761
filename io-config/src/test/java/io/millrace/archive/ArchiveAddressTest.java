package io.millrace.archive;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.archive.write.Rolling;
import io.millrace.connectors.Connectors;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.DeadLetterFactory;
import io.millrace.fixtures.AllTypes;
import io.millrace.io.Sink;
import io.millrace.io.SinkException;
import io.millrace.options.MillraceOptions;
import io.millrace.options.RunConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveAddressTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "archive+file:///var/archive",
        "archive+gs://bucket",
        "archive+gs://bucket/a/b",
        "archive+s3://bucket/a"
      })
  void bothForInputAndOutput(String url) {
    assertThat(Connectors.ALL.input(url).toString(), equalTo(url));
    assertThat(Connectors.ALL.outputs(url + "/").get(0).toString(), equalTo(url));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "archive+http://host/a | expected archive+file:///directory",
        "archive+file:/a | expected archive+file:///directory",
        "archive+file:/// | expected archive+file:///directory",
        "archive+gs:// | expected archive+file:///directory",
        "archive+file://host/a | expected three slashes",
        "archive+file:///a/*.parquet | not a pattern",
      })
  void explainsWhatIsWrong(String url, String expected) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Connectors.ALL.outputs(url));
    assertThat(e.getMessage(), containsString(expected));
    assertThat(e.getMessage(), containsString(url));
  }

  private List<String> problems(String... flags) throws Exception {
    Path contract = Files.writeString(directory.resolve("c.yaml"), AllTypes.YAML);
    List<String> all = new ArrayList<>(List.of(flags));
    all.add("--contract=" + contract);
    return RunConfig.problems(
        PipelineOptionsFactory.fromArgs(all.toArray(String[]::new)).as(MillraceOptions.class),
        true,
        true);
  }

  @Test
  void allProblemsAreReportedAtOnce() throws Exception {
    assertThat(
        problems(
            "--input=file:///a.jsonl",
            "--output=clickhouse://a:1/d,archive+file://x",
            "--archiveFileBytes=0",
            "--archiveFileAge=soon",
            "--archivePartBytes=0",
            "--archivePartAge=0s",
            "--archiveShards=0",
            "--archiveMaxWaitingBytes=0"),
        contains(
            containsString("--output: `archive+file://x`"),
            startsWith("--archiveFileBytes: expected at least 1"),
            startsWith("--archivePartBytes: expected at least 1"),
            startsWith("--archiveShards: expected at least 1"),
            startsWith("--archiveMaxWaitingBytes: expected at least 1"),
            startsWith("--archiveFileAge: expected a duration"),
            startsWith("--archivePartAge: expected at least 1ms")));
  }

  @Test
  void anArchiveIsNotReplayedIntoItself() throws Exception {
    assertThat(
        problems("--input=archive+file:///a", "--output=archive+file:///a/"),
        hasItem("--output: `archive+file:///a` is also the input; use another destination"));
  }

  private Sink sink(String root, String yaml) {
    Contract contract = ContractLoader.parse(yaml, "c.yaml");
    return new ArchiveSink(
        ArchiveAddress.parse("archive+" + root),
        new Rolling(1, Duration.ofSeconds(1), 1, Duration.ofSeconds(1), 1, 1, false),
        contract,
        DeadLetterFactory.of(contract, "test", () -> 0),
        () -> 0,
        true);
  }

  @Test
  void aRootThatCannotBeWrittenIsReported() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    assertThat(
        sink("file://" + file + "/archive", AllTypes.YAML).check(),
        contains(containsString(file + " is not a directory; correct --output")));
    assertThat(
        sink("s3://bucket/a", AllTypes.YAML).check(),
        contains(containsString("archive s3://bucket/a cannot be listed (No filesystem")));
    assertThrows(
        SinkException.class, () -> sink("file://" + file + "/archive", AllTypes.YAML).prepare());
  }

  @Test
  void aFieldWithTheNameOfItsOwnColumnIsReported() {
    String yaml = AllTypes.YAML.replace("  flag:", "  millrace:").replace(" flag,", " millrace,");
    assertThat(
        sink("file://" + directory, yaml).check(),
        contains(containsString("the column `millrace` of the contract all-types")));
  }

  @Test
  void leftoversAreDeletedAfterADay() throws Exception {
    Path staging = Files.createDirectories(directory.resolve("a/_staging"));
    Path leftover = Files.createFile(staging.resolve("leftover"));
    Sink sink = sink("file://" + directory + "/a", AllTypes.YAML);
    Files.setLastModifiedTime(leftover, java.nio.file.attribute.FileTime.fromMillis(0));
    // Its clock stands at 1970.
    sink.prepare();
    assertThat(Files.exists(leftover), equalTo(true));
    Files.setLastModifiedTime(
        leftover, java.nio.file.attribute.FileTime.fromMillis(-Duration.ofDays(2).toMillis()));
    sink.prepare();
    assertThat(Files.exists(leftover), equalTo(false));
  }
}
