package io.millrace.local.process;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PortLeasesTest {
  /** Outside of every range, so that nobody else leases it. */
  private static final int PORT = 9_999;

  /** Leases the port in a process of its own, and ends. */
  static final class Other {
    public static void main(String[] args) {
      System.out.print(PortLeases.take(PORT));
    }
  }

  private static String takenByAnotherProcess() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Other.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void aPortIsLeasedOnceAndFreeWhenItsProcessHasEnded() throws Exception {
    assertThat(takenByAnotherProcess(), is("true"));
    assertThat(PortLeases.take(PORT), is(true));
    assertThat(PortLeases.take(PORT), is(false));
    assertThat(takenByAnotherProcess(), is("false"));
  }
}
