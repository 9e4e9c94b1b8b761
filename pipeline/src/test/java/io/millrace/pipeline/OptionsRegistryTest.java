package io.millrace.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;

import io.millrace.options.MillraceOptions;
import io.millrace.options.MillraceOptionsRegistrar;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.apache.beam.sdk.extensions.gcp.options.GcsOptions;
import org.apache.beam.sdk.options.DefaultPipelineOptionsRegistrar;
import org.apache.beam.sdk.options.ExperimentalOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;

class OptionsRegistryTest {
  private static final String OWN = MillraceOptionsRegistrar.class.getName();

  @Test
  void ownFlagsNeedNoOptionsOfBeams() {
    assertThat(
        OptionsRegistry.needed(
            "--input=file:///a", "--maxBatchRows=5", "--runner=x", "--jobName=y"),
        is(Set.of(OWN)));
    assertThat(OptionsRegistry.needed(), is(Set.of(OWN)));
  }

  @Test
  void aFlagOfBeamsNeedsTheOptionsThatDeclareIt() {
    assertThat(
        new TreeSet<>(OptionsRegistry.needed("--input=a", "--experiments=b", "--streaming")),
        contains(OWN, DefaultPipelineOptionsRegistrar.class.getName()));
  }

  @Test
  void anUnknownFlagNeedsNone() {
    assertThat(OptionsRegistry.needed("--nothing=1", "value", "-", ""), is(Set.of(OWN)));
  }

  /** A process of its own, because Beam's registry is one for each JVM. */
  static final class OneParse {
    public static void main(String[] args) {
      OptionsRegistry.forOneParse();
      MillraceOptions options =
          Launch.parse("--input=file:///a", "--output=b", "--experiments=c", "--tempLocation=/d");
      // Of a registrar that the flags do not need
      System.out.println(options.as(GcsOptions.class).getGcsUploadBufferSizeBytes());
      System.out.println(PipelineOptionsFactory.getRegisteredOptions().contains(GcsOptions.class));
      System.out.println(options.as(ExperimentalOptions.class).getExperiments());
      Launch.parse("--input=file:///a", "--output=b", "--gcsUploadBufferSizeBytes=5");
      System.out.println(PipelineOptionsFactory.getRegisteredOptions().contains(GcsOptions.class));
    }
  }

  @Test
  void theRegistryHoldsWhatTheFlagsNeedUntilOthersAreParsed() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                OneParse.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(
        new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList(),
        contains("null", "false", "[c]", "true"));
  }
}
