package io.millrace.flink;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The files by which others start the job: versions as in the pom, flags that are understood. */
class DeployFilesTest {
  private static final String FLINK = System.getProperty("millrace.flink.version");

  private static String text(String file) throws IOException {
    return Files.readString(Path.of("../..").resolve(file));
  }

  private static JsonNode yaml(String file) throws IOException {
    Object read = new Load(LoadSettings.builder().build()).loadFromString(text(file));
    return new ObjectMapper().valueToTree(read);
  }

  @Test
  void versionsAreThePoms() throws IOException {
    String dockerfile = text("runners/flink/deploy/Dockerfile");
    assertThat(dockerfile, containsString("FROM flink:" + FLINK + "-java17\n"));
    assertThat(dockerfile, containsString("flink-s3-fs-presto-" + FLINK + ".jar"));
    String minor = FLINK.substring(0, FLINK.lastIndexOf('.'));
    assertThat(
        yaml("runners/flink/deploy/flink-deployment.yaml").at("/spec/flinkVersion").asText(),
        is("v" + minor.replace('.', '_')));
  }

  @Test
  void theJobOfTheOperatorIsTheJobJars() throws IOException {
    JsonNode job = yaml("runners/flink/deploy/flink-deployment.yaml").at("/spec/job");
    assertThat(job.path("entryClass").asText(), is(FlinkMain.class.getName()));
    assertThat(job.path("upgradeMode").asText(), is("savepoint"));
    check(job.path("args"), 0);
  }

  @Test
  void theJobOfComposeIsTheJobJars() throws IOException {
    JsonNode command = yaml("docs/compose-flink.yaml").at("/services/jobmanager/command");
    assertThat(command.get(2).asText(), is(FlinkMain.class.getName()));
    check(command, 3);
  }

  /** Fails if a flag is none. */
  private static void check(JsonNode args, int from) {
    List<String> flags = new ArrayList<>();
    for (int i = from; i < args.size(); i++) {
      flags.add(args.get(i).asText());
    }
    PipelineOptionsFactory.register(io.millrace.options.MillraceOptions.class);
    FlinkPipelineOptions options =
        PipelineOptionsFactory.fromArgs(FlinkDefaults.addTo(flags)).as(FlinkPipelineOptions.class);
    assertThat(FlinkFlagProblems.of(options), is(List.of()));
  }
}
