package io.millrace.options;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateSettingsTest {
  private static final List<String> FLAGS =
      List.of(
          "--input=kafka://a:9092/t",
          "--output=clickhouse://b:8123/db",
          "--contract=../test-data/contracts/query-events.yaml",
          "--allowedLateness=1h",
          "--kafkaReader=kafkaio");

  static StateSettings settings(List<String> flags) {
    return StateSettings.of(
        RunConfig.of(
            PipelineOptionsFactory.fromArgs(flags.toArray(String[]::new))
                .as(MillraceOptions.class)));
  }

  /** What is said of a job with the flags above and these in their place. */
  private static List<String> conflicts(String... changed) {
    List<String> next = new java.util.ArrayList<>(FLAGS);
    for (String flag : changed) {
      next.removeIf(other -> other.startsWith(flag.substring(0, flag.indexOf('=') + 1)));
      next.add(flag);
    }
    return settings(FLAGS).conflictsWith(settings(next));
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    StateSettings settings = settings(FLAGS);
    assertThat(StateSettings.parse(settings.toJson()), equalTo(settings));
    assertThrows(IllegalArgumentException.class, () -> StateSettings.parse("[]"));
  }

  @Test
  void brokersTheirSettingsTopicsAndOutOfOrdernessMayChangeWithMillracesOwnReader() {
    List<String> before = FLAGS.subList(0, 4);
    StateSettings next =
        settings(
            List.of(
                "--input=kafka://other:9092,more:9092/t.*",
                FLAGS.get(1),
                FLAGS.get(2),
                FLAGS.get(3),
                "--kafkaConfig=file:/other.properties",
                "--outOfOrderness=77s"));
    assertThat(settings(before).conflictsWith(next), empty());
    assertThat(
        settings(before).conflictsWith(settings(FLAGS)),
        contains(startsWith("--kafkaReader: `kafkaio`, but the savepoint has `millrace`")));
  }

  @Test
  void theSameFits() {
    assertThat(conflicts(), empty());
  }

  @Test
  void aConflictNamesBothValuesTheReasonAndTheRemedy() {
    assertThat(
        conflicts("--rollupShards=3", "--dedupShards=7"),
        contains(
            allOf(
                startsWith("--dedupShards: `7`, but the savepoint has `64`: identities in the"),
                containsString("Keep `64`, or start a job without the savepoint")),
            allOf(
                startsWith("--rollupShards: `3`, but the savepoint has `16`: an open window"),
                containsString("Keep `16`, or start a job without the savepoint"))));
  }

  @Test
  void aShorterLatenessFitsAndALongerDoesNot() {
    assertThat(conflicts("--allowedLateness=59m"), empty());
    assertThat(
        conflicts("--allowedLateness=61m"),
        contains(
            startsWith(
                "event_time.allowed_lateness or --allowedLateness: `61m`, but the savepoint has"
                    + " `1h`: identities already removed from state")));
  }

  @Test
  void theDisorderOfTheSourceIsKept() {
    assertThat(conflicts("--outOfOrderness=11s").size(), equalTo(1));
    assertThat(conflicts("--outOfOrderness=9s").size(), equalTo(1));
  }

  @Test
  void placesMayBeAddedAndMovedToOtherServersButNotChangeTheirOrder() {
    assertThat(conflicts("--output=clickhouse://other:8123/db"), empty());
    assertThat(conflicts("--output=clickhouse://b:8123/db,clickhouse://c:8123/db"), empty());
    assertThat(
        conflicts("--output=clickhouse://c:8123/db,clickhouse://b:8123/db"),
        contains(
            containsString(
                "rows, dead letters or alerts that wait would go to another destination")));
  }

  @Test
  void whatAnotherBuildDoesNotKnowIsNotCompared() {
    StateSettings older = StateSettings.parse("{\"--dedupShards\": \"64\", \"gone\": \"1\"}");
    assertThat(older.conflictsWith(settings(FLAGS)), empty());
  }

  private static String contract(Path dir, String name, String identity) throws IOException {
    return "--contract="
        + Files.writeString(
            dir.resolve(name + ".yaml"),
            """
            contract: '%s'
            records: "key == '%s'"
            fields:
              x: {type: int32, required: true}
              at: {type: timestamp, required: true}
            event_time: {field: at}
            identity: %s
            """
                .formatted(name, name, identity));
  }

  @Test
  void oneContractAndSeveralCannotContinueEachOther(@TempDir Path dir) throws Exception {
    String a = contract(dir, "a", "[x, at]");
    String b = contract(dir, "b: c", "[x, at]");
    List<String> flags = FLAGS.subList(0, 2);
    StateSettings one = settings(List.of(flags.get(0), flags.get(1), a));
    StateSettings several = settings(List.of(flags.get(0), flags.get(1), a, b));
    assertThat(
        one.conflictsWith(several),
        contains(startsWith("--contract: `several`, but the savepoint has `one`: with several")));
    assertThat(
        several.conflictsWith(one),
        contains(startsWith("--contract: `one`, but the savepoint has `several`: with several")));
    // A savepoint from before a run could have several, which knows the setting not at all.
    StateSettings older = StateSettings.parse("{\"--dedupShards\": \"64\"}");
    assertThat(older.conflictsWith(one), empty());
    assertThat(
        older.conflictsWith(several), contains(startsWith("--contract: `several`, but the")));
  }

  @Test
  void aContractMayBeAddedToSeveralAndEachKeepsItsIdentity(@TempDir Path dir) throws Exception {
    List<String> flags =
        List.of(
            FLAGS.get(0),
            FLAGS.get(1),
            contract(dir, "a", "[x, at]"),
            contract(dir, "b: c", "[x, at]"));
    StateSettings two = settings(flags);
    List<String> more = new java.util.ArrayList<>(flags);
    more.add(2, contract(dir, "d", "[at]"));
    assertThat(two.conflictsWith(settings(more)), empty());

    List<String> other = new java.util.ArrayList<>(flags);
    other.set(3, contract(dir, "b: c", "[at]"));
    assertThat(
        two.conflictsWith(settings(other)),
        contains(
            startsWith("b: c: identity: `at:timestamp`, but the savepoint has `x:integer, at:")));
  }

  /** What is said of a job whose contract's field of the identity gets another type. */
  private static List<String> typeChanges(Path dir, String before, String after)
      throws IOException {
    List<StateSettings> both = new java.util.ArrayList<>();
    for (String type : List.of(before, after)) {
      Path contract = dir.resolve("contract.yaml");
      Files.writeString(
          contract,
          """
          contract: c
          version: 1
          fields:
            x: {type: %s, required: true}
            at: {type: timestamp, required: true}
          event_time: {field: at}
          identity: [x, at]
          unknown_fields: {column: extra, as: json}
          tables: {normal: {name: t}}
          """
              .formatted(type));
      both.add(settings(List.of(FLAGS.get(0), FLAGS.get(1), "--contract=" + contract)));
    }
    return both.get(0).conflictsWith(both.get(1));
  }

  @Test
  void aTypeOfTheIdentityMayBecomeOneThatIsHashedTheSame(@TempDir Path dir) throws Exception {
    assertThat(typeChanges(dir, "int64", "uint64"), empty());
    assertThat(typeChanges(dir, "string", "enum, values: [a]"), empty());
    assertThat(typeChanges(dir, "ipv4", "string"), empty());
    // Its text has another form than the one that was sent.
    assertThat(typeChanges(dir, "string", "ipv6"), hasSize(1));
    assertThat(typeChanges(dir, "uint64", "decimal, precision: 20, scale: 0"), hasSize(1));
  }
}
