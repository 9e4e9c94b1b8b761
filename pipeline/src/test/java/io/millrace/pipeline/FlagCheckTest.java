package io.millrace.pipeline;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.io.flags.ConfigException;
import io.millrace.options.MillraceOptions;
import io.millrace.options.MillraceOptionsRegistrar;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.options.PipelineOptions;
import org.junit.jupiter.api.Test;

/** Every problem of the flags names its flag, whoever declares it. */
class FlagCheckTest {
  private static final Set<Class<?>> FEW_FORMS =
      Set.of(
          int.class,
          Integer.class,
          long.class,
          Long.class,
          double.class,
          Double.class,
          float.class,
          Float.class,
          boolean.class,
          Boolean.class);

  private static List<String> problems(String... flags) {
    return assertThrows(ConfigException.class, () -> parse(flags)).problems();
  }

  private static void parse(String... flags) {
    MillraceOptions unused = Launch.parse(flags);
  }

  private static boolean hasFewForms(Class<?> type) {
    return FEW_FORMS.contains(type) || type.isEnum();
  }

  @Test
  void everyFlagOfMillraceWithAValueOfTheWrongKind() {
    List<String> flags = new ArrayList<>();
    for (Map.Entry<String, Class<?>> flag :
        FlagTypes.of(MillraceOptionsRegistrar.flags()).all().entrySet()) {
      if (hasFewForms(flag.getValue())) {
        flags.add(flag.getKey());
        assertThat(
            FlagCheck.problems(List.of("--" + flag.getKey() + "=abc"), "DirectRunner", true),
            hasItem(startsWith("--" + flag.getKey() + ": expected ")));
      }
    }
    assertThat(flags, hasItem("maxBatchRows"));
    assertThat(flags, hasItem("maxWaitingBytes"));
  }

  @Test
  void everyFlagOfBeamWithAValueOfTheWrongKind() {
    FlagTypes types =
        FlagTypes.withBeams("DirectRunner", List.<Class<? extends PipelineOptions>>of());
    int checked = 0;
    for (Map.Entry<String, Class<?>> flag : types.all().entrySet()) {
      if (hasFewForms(flag.getValue())) {
        checked++;
        assertThat(
            types.problems(List.of("--" + flag.getKey() + "=abc")),
            contains(startsWith("--" + flag.getKey() + ": expected ")));
      }
    }
    assertThat(checked, greaterThan(10));
  }

  @Test
  void theFlagIsNamedWhereBeamFindsTheMistake() {
    assertThat(
        problems("--maxBatchRows=abc"),
        contains("--maxBatchRows: expected a whole number, found `abc`"));
    assertThat(
        problems("--targetParallelism=many", "--blockOnRun=perhaps"),
        contains(
            "--targetParallelism: expected a whole number, found `many`",
            "--blockOnRun: expected true or false, found `perhaps`"));
    assertThat(
        problems("--maxBatchRows=99999999999"),
        contains(
            "--maxBatchRows: expected a whole number of at most 2147483647, found"
                + " `99999999999`"));
    assertThat(
        problems("--jobName=a", "--jobName=b"),
        contains("--jobName: given 2 times, expected once"));
    assertThat(problems("--inptu=x"), contains(startsWith("unknown option --inptu: see ")));
    assertThat(
        problems("--dead-letters=table"),
        contains("unknown option --dead-letters: use --deadLetters"));
    assertThat(problems("hunter2"), contains(startsWith("a value without a flag: ")));
  }

  @Test
  void aRunnerOfAnotherCommand() {
    assertThat(
        problems("--runner=FlinkRunner"),
        contains(containsString("`scripts/millrace submit-flink`")));
    assertThat(
        problems("--runner=DataflowRunner"),
        contains(containsString("`scripts/millrace launch-dataflow`")));
    assertThat(
        problems("--runner=Nobody"), contains(startsWith("--runner: expected DirectRunner (for ")));
  }

  @Test
  void allProblemsAtOnce() {
    assertThat(
        FlagCheck.problems(
            List.of(
                "--inptu=x",
                "--targetParallelism=many",
                "--dedupShards=none",
                "--output=clickhouse://x",
                "--contract=/no/such.yaml"),
            "DirectRunner",
            true),
        contains(
            startsWith("unknown option --inptu: "),
            startsWith("--targetParallelism: expected a whole number"),
            startsWith("--dedupShards: expected a whole number"),
            startsWith("--input is missing"),
            startsWith("--output: "),
            containsString("/no/such.yaml")));
  }

  @Test
  void whatIsRightIsNoProblem() {
    String contract =
        Path.of(System.getProperty("basedir", "."), "../test-data/contracts/query-events.yaml")
            .toString();
    assertThat(
        FlagCheck.problems(
            List.of(
                "--output=clickhouse://127.0.0.1:1/db",
                "--contract=" + contract,
                "--experiments=a",
                "--experiments=b",
                "--maxBatchRows=7",
                "--blockOnRun"),
            "DirectRunner",
            false),
        empty());
  }
}
