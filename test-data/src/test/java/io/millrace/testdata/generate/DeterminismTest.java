package io.millrace.testdata.generate;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import io.millrace.testdata.sink.GeneratedRecord;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeterminismTest {
  @Test
  void sameSeedAndClockGiveTheSameRecords() {
    GeneratorOptions options = Generated.mixed(8000).hotKey(0.2).build();
    List<GeneratedRecord> first = Generated.records(options);
    List<GeneratedRecord> second = Generated.records(options);

    assertThat(second.size(), is(first.size()));
    for (int i = 0; i < first.size(); i++) {
      GeneratedRecord a = first.get(i);
      GeneratedRecord b = second.get(i);
      assertThat(b.value(), is(a.value()));
      assertThat(b.key(), is(a.key()));
      assertThat(b.headers(), is(a.headers()));
      assertThat(b.recordTimeMillis(), is(a.recordTimeMillis()));
      assertThat(b.entry(), is(a.entry()));
    }
  }

  @Test
  void anotherSeedGivesOtherRecords() {
    List<GeneratedRecord> first = Generated.records(Generated.mixed(500).seed(1).build());
    List<GeneratedRecord> second = Generated.records(Generated.mixed(500).seed(2).build());
    long different = 0;
    for (int i = 0; i < first.size(); i++) {
      different += first.get(i).entry().equals(second.get(i).entry()) ? 0 : 1;
    }
    assertThat(different, greaterThan(490L));
  }

  @Test
  void aClockThatStepsBackDoesNotMoveTheRecordTimeBack() {
    long[] times = {1000, 5000, 2000, 6000};
    int[] asked = {0};
    EventGenerator generator =
        new EventGenerator(
            GeneratorOptions.builder().count(4).build(),
            1,
            () -> Generated.START + times[asked[0]++]);
    long[] told = new long[4];
    for (int i = 0; i < 4; i++) {
      told[i] = generator.next().recordTimeMillis() - Generated.START;
    }
    assertThat(told, is(new long[] {1000, 5000, 5000, 6000}));
  }
}
