package io.millrace.options;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.bigquery.BigQueryOutput;
import io.millrace.bigquery.client.BigQueryAddress;
import io.millrace.bigquery.client.BigQueryConfig;
import io.millrace.io.flags.ConfigException;
import java.time.Duration;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BigQueryAddressTest {
  private static final String CONTRACT = "--contract=../test-data/contracts/query-events.yaml";

  @ParameterizedTest
  @ValueSource(
      strings = {"bigquery://my-project/telemetry", "bigquery://example.com:my-project/Tele_2"})
  void isShownAsItWasGiven(String text) {
    assertThat(BigQueryAddress.parse(text).toString(), equalTo(text));
  }

  @ParameterizedTest
  @CsvSource({
    "bigquery://my-project, expected bigquery://project/dataset",
    "bigquery://short/d, `short` is not a valid project id",
    "bigquery://My-project/d, `My-project` is not a valid project id",
    "bigquery://my-project-/d, `my-project-` is not a valid project id",
    "bigquery://my-project/a-b, `a-b` is not a valid dataset id",
    "bigquery://my-project/, `` is not a valid dataset id",
    "bigquery://my-project/a/b, `a/b` is not a valid dataset id"
  })
  void saysInOneLineWhatIsWrong(String text, String mistake) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> BigQueryAddress.parse(text));
    assertThat(e.getMessage(), containsString(mistake));
    assertThat(e.getMessage().lines().count(), is(1L));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"bigquery://me:hunter2@my-project/d", "bigquery://my-project/d?key=hunter2"})
  void repeatsNoSecret(String text) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> BigQueryAddress.parse(text));
    assertThat(e.getMessage(), not(containsString("hunter2")));
  }

  private static RunConfig read(String... flags) {
    return RunConfig.of(PipelineOptionsFactory.fromArgs(flags).as(MillraceOptions.class));
  }

  @Test
  void flagsBecomeTheConfiguration() {
    RunConfig config =
        read(
            "--input=kafka://a:9092/t",
            "--output=clickhouse://b:8123/db,bigquery://my-project/telemetry",
            CONTRACT,
            "--bigQueryMethod=at-least-once",
            "--bigQueryTriggeringFrequency=9s",
            "--bigQueryStreams=3",
            "--bigQueryDatasetLocation=europe-west1");
    BigQueryConfig output = ((BigQueryOutput) config.targets().get(0).outputs().get(1)).config();
    assertThat(
        output,
        equalTo(
            new BigQueryConfig(
                "my-project",
                "telemetry",
                BigQueryConfig.Method.AT_LEAST_ONCE,
                Duration.ofSeconds(9),
                3,
                "europe-west1")));
    assertThat(output.address(), equalTo("bigquery://my-project/telemetry"));
  }

  @Test
  void defaultsAreExactlyOnceAndFiveSeconds() {
    RunConfig config =
        read("--input=kafka://a:9092/t", "--output=bigquery://my-project/telemetry", CONTRACT);
    assertThat(
        config.targets().get(0).outputs().get(0),
        equalTo(
            new BigQueryOutput(
                new BigQueryConfig(
                    "my-project",
                    "telemetry",
                    BigQueryConfig.Method.EXACTLY_ONCE,
                    Duration.ofSeconds(5),
                    0,
                    null))));
  }

  @Test
  void allMistakesAtOnce() {
    ConfigException e =
        assertThrows(
            ConfigException.class,
            () ->
                read(
                    "--input=kafka://a:9092/t",
                    "--output=bigquery://my-project/telemetry",
                    CONTRACT,
                    "--bigQueryMethod=once",
                    "--bigQueryTriggeringFrequency=10ms",
                    "--bigQueryStreams=-1",
                    "--bigQueryDatasetLocation=a b"));
    assertThat(
        e.problems(),
        equalTo(
            java.util.List.of(
                "--bigQueryMethod: expected exactly-once or at-least-once, found `once`",
                "--bigQueryTriggeringFrequency: expected at least 1s, found 10ms",
                "--bigQueryStreams: expected at least 0, found -1",
                "--bigQueryDatasetLocation: expected a location such as EU or europe-west1")));
  }
}
