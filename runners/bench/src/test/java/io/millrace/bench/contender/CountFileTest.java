package io.millrace.bench.contender;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CountFileTest {
  @TempDir private Path directory;

  @Test
  void countersOfOneNameAreAddedUp() {
    CountFile one = CountFile.open(directory, "late");
    CountFile two = CountFile.open(directory, "late");
    CountFile other = CountFile.open(directory, "dead");
    one.increment();
    two.increment();
    two.increment();
    other.increment();
    assertThat(CountFile.read(directory), is(Map.of("late", 3L, "dead", 1L)));
  }

  @Test
  void nothingIsCountedWhereNobodyCounts() {
    assertThat(CountFile.read(directory.resolve("none")), is(Map.of()));
  }
}
