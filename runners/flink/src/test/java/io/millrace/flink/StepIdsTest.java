package io.millrace.flink;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * By which name each step finds its state in a savepoint. They are kept in a file beside this test:
 * a savepoint of an earlier release holds the names of that release.
 */
class StepIdsTest {
  private static final Path LIST = Path.of("src/test/resources/step-ids.txt");
  private static final Path CONTRACT = Path.of("../../test-data/contracts/query-events.yaml");

  /** Beam's own, which takes the wrapping off a source's records: it has no name and no state. */
  private static final String UNWRAP = "Flat Map";

  private static final String STATE = " (keyed state)";

  @TempDir private static Path directory;

  /** The same contract with a rule that turns events away, which has steps of its own. */
  private static Path filtered;

  /** The same contract with an alert, which has steps of its own. */
  private static Path alerting;

  @BeforeAll
  static void addFilter() throws IOException {
    filtered =
        Files.writeString(
            directory.resolve("filtered.yaml"),
            Files.readString(CONTRACT) + "\nfilter: {probes: event_type == 'probe'}\n");
    alerting =
        Files.writeString(
            directory.resolve("alerting.yaml"),
            Files.readString(CONTRACT)
                + "\nalerts: {errors: {on: error_rate_by_database, when: error_rate > 0.1}}\n");
  }

  private static StreamGraph graph(Path contract, String... flags) {
    List<String> all =
        List.of(
            "--input=kafka://127.0.0.1:1/events",
            "--output=clickhouse://127.0.0.1:1/telemetry",
            "--contract=" + contract.toAbsolutePath().normalize(),
            "--deadLetters=table,kafka://127.0.0.1:1/dead");
    return GraphOfAJob.of(Stream.concat(all.stream(), Arrays.stream(flags)).toList());
  }

  /** A savepoint has the steps of the reader that wrote it, and those of the contract. */
  private static List<StreamNode> allNodes() {
    return Stream.of(CONTRACT, filtered, alerting)
        .flatMap(
            contract ->
                Stream.of("millrace", "kafkaio")
                    .map(reader -> graph(contract, "--kafkaReader=" + reader)))
        .flatMap(graph -> graph.getStreamNodes().stream())
        .toList();
  }

  private static Set<String> ids(Path contract) {
    return graph(contract).getStreamNodes().stream()
        .flatMap(node -> Stream.ofNullable(node.getTransformationUID()))
        .collect(Collectors.toSet());
  }

  /** So that a job continues from its savepoint when its contract gets its first filter. */
  @Test
  void aFilterOnlyAddsSteps() {
    Set<String> with = ids(filtered);
    Set<String> without = ids(CONTRACT);

    assertThat(with.containsAll(without), is(true));
    assertThat(with.size(), greaterThan(without.size()));
  }

  /** The same of its first alert; and without alerts, no step knows of them. */
  @Test
  void anAlertOnlyAddsSteps() {
    Set<String> with = ids(alerting);
    Set<String> without = ids(CONTRACT);

    assertThat(with.containsAll(without), is(true));
    assertThat(with.stream().filter(id -> id.contains("Alerts")).count(), greaterThan(3L));
    assertThat(without.stream().filter(id -> id.contains("Alert")).toList(), empty());
  }

  @Test
  void aStepFindsTheStateThatTheReleaseBeforeHasSaved() throws IOException {
    TreeSet<String> now = new TreeSet<>();
    for (StreamNode node : allNodes()) {
      if (node.getTransformationUID() != null) {
        boolean keyed = node.getStatePartitioners().length > 0;
        now.add(node.getTransformationUID() + (keyed ? STATE : ""));
      }
    }
    if (Boolean.getBoolean("millrace.write")) {
      Files.write(LIST, now);
    }
    TreeSet<String> before = new TreeSet<>(Files.readAllLines(LIST));
    TreeSet<String> gone = new TreeSet<>(before);
    gone.removeAll(now);
    TreeSet<String> more = new TreeSet<>(now);
    more.removeAll(before);
    String remedy =
        """
        steps are named otherwise than in %s
        gone: %s
        new: %s
        Flink finds a step's state in a savepoint by this name, which is where the step is in the graph:
        the names given to apply(), and the class where none is given. Each step has state there, if only
        an empty list, and a job does not start from a savepoint that holds state of a step that is gone.
          * A step was only renamed or moved: give it its old name in apply("...").
          * A step is new: add it to the list.
          * A step is gone that has no keyed state: take it off the list, and say in docs/flink.md,
            "Upgrade", that savepoints of earlier releases need --allowNonRestoredState=true.
          * One with keyed state is gone: its rows, identities or figures would be lost by that.
        -Dmillrace.write=true writes the list anew. UpgradeIT then restores a savepoint of the old names.
        """
            .formatted(LIST, gone, more);
    assertThat(remedy, List.of(gone, more), equalTo(List.of(new TreeSet<>(), new TreeSet<>())));
  }

  @Test
  void noNameIsMadeUp() {
    List<String> nameless =
        allNodes().stream()
            .filter(node -> node.getTransformationUID() == null)
            .map(StreamNode::getOperatorName)
            .filter(name -> !name.equals(UNWRAP))
            .toList();
    assertThat("steps whose name in a savepoint would change with the graph", nameless, empty());
  }

  @Test
  void groupsOfKeysDoNotDependOnTheParallelism() {
    for (String parallelism : List.of("1", "4", "100")) {
      StreamGraph graph = graph(CONTRACT, "--parallelism=" + parallelism);
      assertThat(graph.getExecutionConfig().getMaxParallelism(), is(FlinkDefaults.MAX_PARALLELISM));
    }
  }
}
