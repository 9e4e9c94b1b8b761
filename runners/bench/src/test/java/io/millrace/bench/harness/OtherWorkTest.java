package io.millrace.bench.harness;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.bench.harness.OtherWork.Reading;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OtherWorkTest {
  private static final Report GOOD =
      new Report() {
        @Override
        public boolean passes() {
          return true;
        }

        @Override
        public String text() {
          return "a bar: holds";
        }

        @Override
        public String json() {
          return "{\"value\":1,\"holds\":true}";
        }
      };

  /** A minute in which all cores did {@code busy} seconds of work, and the measurement 60. */
  private static Report during(long busy) {
    Deque<Optional<Reading>> readings =
        new ArrayDeque<>(
            List.of(
                Optional.of(new Reading(5, 1_000, 400)),
                Optional.of(new Reading(60_000_000_005L, 1_000 + busy * 100, 6_400))));
    return new OtherWork(readings::pop, 2).judge(GOOD);
  }

  @Test
  void figuresCountWhileOthersTakeATenthOfTheCores() throws Exception {
    Report report = during(72);
    assertThat(report.passes(), is(true));
    assertThat(
        report.text(),
        is("a bar: holds\nOther processes took 0.20 of 2 cores; figures count up to 0.20."));
    JsonNode json = new ObjectMapper().readTree(report.json());
    assertThat(json.path("judged").asBoolean(), is(true));
    assertThat(json.path("holds").asBoolean(), is(true));
    assertThat(json.path("other_cores").asDouble(), is(0.2));
  }

  @Test
  void nothingIsJudgedOnAMachineThatIsBusyWithOthers() throws Exception {
    Report report = during(90);
    assertThat(report.passes(), is(false));
    assertThat(
        report.text(), containsString("Other processes took 0.50 of 2 cores; figures count up to"));
    assertThat(
        report.text(),
        endsWith("NOT JUDGED: measure again while nothing else runs on this computer."));
    JsonNode json = new ObjectMapper().readTree(report.json());
    assertThat(json.path("judged").asBoolean(true), is(false));
    assertThat(json.path("holds").asBoolean(true), is(false));
    assertThat(json.path("value").asInt(), is(1));
  }

  @Test
  void whatIsNotKnownIsSaid() {
    Report report = new OtherWork(Optional::empty, 2).judge(GOOD);
    assertThat(report.passes(), is(true));
    assertThat(report.text(), endsWith("known on Linux only: see that nothing else runs."));
    assertThat(report.json(), not(containsString("\"other_cores\"")));
  }

  @Test
  void readsTheTimesOfLinux() {
    assertThat(
        OtherWork.busy("cpu  10 20 30 4000 500 6 7 8 900 90"), is(10L + 20 + 30 + 6 + 7 + 8));
    assertThat(
        OtherWork.own("42 (a) b (c) S 1 42 42 0 -1 4194560 100 200 0 0 11 12 13 14 20 0 31 0"),
        is(11L + 12 + 13 + 14));
  }

  /** This thread's work is own work, and work of the machine. */
  @Test
  void ownWorkIsFound() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    Reading before = OtherWork.read().orElseThrow();
    long start = threads.getCurrentThreadCpuTime();
    while (threads.getCurrentThreadCpuTime() - start < 300_000_000L) {
      Thread.onSpinWait();
    }
    Reading after = OtherWork.read().orElseThrow();
    // 30 ticks; the kernel rounds each of its counters.
    assertThat(after.own() - before.own(), is(greaterThanOrEqualTo(28L)));
    assertThat(after.busy() - before.busy(), is(greaterThanOrEqualTo(25L)));
    assertThat(after.nanos() - before.nanos(), is(greaterThanOrEqualTo(300_000_000L)));
  }
}
