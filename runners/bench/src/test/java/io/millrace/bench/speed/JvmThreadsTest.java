package io.millrace.bench.speed;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class JvmThreadsTest {
  private static final String STAT =
      "4711 (a) b (c) S 1 2 3 4 -1 4194624 100 0 0 0 150 25 0 0 20 0 30 0 12345 999 888";

  @Test
  void aNameMayHoldParentheses() {
    assertThat(JvmThreads.name(STAT), is("a) b (c"));
  }

  @Test
  void userAndSystemTimeAreAddedUp() {
    assertThat(JvmThreads.cpu(STAT), is(Duration.ofMillis(1_750)));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void thisJvmHasCompiled() {
    JvmThreads threads = new JvmThreads(ProcessHandle.current().pid());
    threads.look();
    assertThat(threads.compiler(), greaterThan(Duration.ZERO));
  }
}
