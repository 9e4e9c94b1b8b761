package io.millrace.bench.workload;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.lessThan;

import io.millrace.contract.Contract;
import io.millrace.event.Event;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WorkloadTest {
  @Test
  void repeatsAsManyEventsAsItSays() {
    Workload workload = new Workload(20_000);
    Set<Long> identities = new HashSet<>();
    long repeats = 0;
    for (long i = 0; i < workload.events(); i++) {
      if (!identities.add(workload.identity(i, 1))) {
        repeats++;
      }
    }
    assertThat(repeats, equalTo(workload.repeats()));
    assertThat(repeats, equalTo(400L));
  }

  @Test
  void repeatsAnEventAtItsOwnTimeAndBeforeItIsLate() {
    Workload workload = new Workload(20_000);
    Contract.TimeBounds time = Workload.contract().time();
    for (long i = 0; i < workload.events(); i++) {
      assertThat(
          workload.eventTimeMillis(i), equalTo(workload.eventTimeMillis(workload.original(i))));
      assertThat(
          workload.watermarkMillis(i),
          lessThan(workload.eventTimeMillis(i) + time.allowedLateness().toMillis()));
    }
  }

  @Test
  void repeatsAnyEventBeforeIfAsked() {
    Workload workload = new Workload(20_000, 2_000, true);
    Set<Long> identities = new HashSet<>();
    long repeats = 0;
    long old = 0;
    for (long i = 0; i < workload.events(); i++) {
      if (!identities.add(workload.identity(i, 1))) {
        repeats++;
        old += workload.original(i) < i / 2 ? 1 : 0;
      }
      assertThat(workload.eventTimeMillis(i), equalTo(Workload.BEGIN + workload.original(i) / 2));
    }
    assertThat(repeats, equalTo(workload.repeats()));
    // Half of them are from the older half of all events before them.
    assertThat((double) old / repeats, closeTo(0.5, 0.1));
  }

  @Test
  void itsEventsAreOfOneKilobyte() {
    Workload workload = new Workload(1_000);
    TemplateEvents templates = TemplateEvents.decode(Workload.contract());
    for (long i = 0; i < workload.events(); i++) {
      Event event = templates.event(workload, i);
      assertThat(event.origin().value().length, equalTo(1_024));
    }
  }
}
