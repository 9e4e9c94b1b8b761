package io.millrace.dataflow;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import io.millrace.dataflow.DryRuns.Graphs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A job that is updated finds its state by the names of its steps. {@code step-names/} holds the
 * names that running jobs have. After a change that is meant, write the mapping into {@code
 * template/transform-name-mapping.json}, and run with {@code -Dmillrace.regenerate=true} when it
 * has been released.
 */
@ExtendWith(DryRuns.class)
class StepNamesTest {
  private static final Path MAPPING =
      Checkout.file("runners/dataflow/template/transform-name-mapping.json");

  /** What Beam calls a step that nobody has named, or the second of the same name. */
  private static final Pattern BY_ACCIDENT =
      Pattern.compile(".*(Anonymous|[lL]ambda|^ParDo\\(|PCollections\\d|[a-z)]\\d+$).*");

  private final Graphs graphs;

  StepNamesTest(Graphs graphs) {
    this.graphs = graphs;
  }

  @ParameterizedTest
  @MethodSource("io.millrace.dataflow.Pair#all")
  void areThoseOfRunningJobs(Pair pair) throws IOException {
    List<String> now = graphs.of(pair).names();
    Path file =
        Checkout.file("runners/dataflow/src/test/resources/step-names/" + pair.label() + ".txt");
    if (Boolean.getBoolean("millrace.regenerate")) {
      Files.createDirectories(file.getParent());
      Files.write(file, now);
    }
    assertThat("names are written down by -Dmillrace.regenerate=true", Files.exists(file));
    assertThat(
        unexplained(Files.readAllLines(file), now, TransformNames.read(MAPPING)), is(empty()));
  }

  @Test
  void aChangeNeedsItsMapping() {
    List<String> before = List.of("A/Old states=[s] timers=[]", "B");
    List<String> now = List.of("A/New states=[s] timers=[]", "B", "C");
    assertThat(
        unexplained(before, now, Map.of()),
        is(List.of("gone without a mapping: A/Old states=[s] timers=[]")));
    assertThat(unexplained(before, now, Map.of("A/Old", "A/New")), is(empty()));
    assertThat(
        unexplained(before, List.of("A/New states=[t] timers=[]", "B"), Map.of("A/Old", "A/New")),
        is(List.of("gone without a mapping: A/Old states=[s] timers=[]")));
    assertThat(unexplained(List.of("B", "D"), List.of("B"), Map.of("D", "")), is(empty()));
  }

  /** Old names that no new step has taken over; a step that is new is nobody's concern. */
  private static List<String> unexplained(
      List<String> before, List<String> now, Map<String, String> mapping) {
    List<String> unexplained = new ArrayList<>();
    for (String old : before) {
      int end = old.indexOf(" states=");
      String name = end < 0 ? old : old.substring(0, end);
      String renamed = mapping.getOrDefault(name, name);
      boolean gone = mapping.containsKey(name) && renamed.isEmpty();
      if (!gone && !now.contains(renamed + old.substring(name.length()))) {
        unexplained.add("gone without a mapping: " + old);
      }
    }
    return unexplained;
  }

  @ParameterizedTest
  @MethodSource("io.millrace.dataflow.Pair#all")
  void areGivenByUs(Pair pair) {
    List<String> accidents = new ArrayList<>();
    for (JobGraph.Step step : graphs.of(pair).steps()) {
      for (String part : ours(step.name()).split("/", -1)) {
        if (BY_ACCIDENT.matcher(part).matches()) {
          accidents.add(step.name() + ": " + part);
        }
      }
    }
    assertThat(accidents, is(empty()));
  }

  /** A name as far as it is Millrace's: below a transform of Beam's, Beam gives names. */
  private static String ours(String name) {
    String ours = name;
    for (String beams :
        List.of(
            "/KafkaIO/",
            "/PubsubIO/",
            "/GroupIntoBatches",
            "/PrepareWrite/",
            "/StorageApiLoads/")) {
      int at = ours.indexOf(beams);
      ours = at < 0 ? ours : ours.substring(0, at);
    }
    return ours;
  }
}
