package io.millrace.flink.embedded;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmbeddedFlagsTest {
  @Test
  void whatConcernsAClusterIsRefused() {
    assertThat(
        EmbeddedFlags.problems(
            List.of(
                "--flinkMaster=a:1",
                "--savepointPath=p",
                "--parallelism=2",
                "--input=kafka://a:1/t")),
        contains(
            "--flinkMaster: --state runs Flink in this process; remove the flag",
            "--savepointPath: --state finds the last savepoint or checkpoint itself; remove the flag"));
  }

  @Test
  void filesAreRefused() {
    assertThat(
        EmbeddedFlags.problems(List.of("--input=file:///a/*.jsonl")),
        contains(
            "--state: a run over files ends by itself and has nothing to continue; remove --state"));
    assertThat(EmbeddedFlags.problems(List.of("--input=pubsub://a/b")), empty());
  }

  @Test
  void explicitFlagsOverrideTheDefaults() {
    List<String> flags = EmbeddedFlags.addTo(List.of("--parallelism=3"), Path.of("/state"));
    assertThat(flags, hasItems("--parallelism=3", "--runner=FlinkRunner", "--attachedMode=false"));
    assertThat(
        EmbeddedFlags.addTo(List.of(), Path.of("/state")),
        hasItem("--parallelism=" + Math.min(32, Runtime.getRuntime().availableProcessors())));
    assertThat(flags, not(hasItem("--parallelism=2")));
  }
}
