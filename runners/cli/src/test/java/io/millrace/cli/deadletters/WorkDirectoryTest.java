package io.millrace.cli.deadletters;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class WorkDirectoryTest {
  private static final String PREFIX = "millrace-work-directory-test-";

  /** Greater than any process id of Linux. */
  private static final String NO_PROCESS = "99999999";

  @Test
  void whatAKilledProcessHasLeftIsDeletedByTheNextOne() throws Exception {
    Path left;
    Path other = Files.createTempDirectory(PREFIX + "x-");
    try (WorkDirectory mine = WorkDirectory.create(PREFIX)) {
      left = Files.createDirectory(mine.path().resolveSibling(PREFIX + NO_PROCESS + "-1"));
      Files.writeString(left.resolve("records"), "a record");
      Files.writeString(mine.path().resolve("records"), "a record");
      try (WorkDirectory next = WorkDirectory.create(PREFIX)) {
        assertThat(Files.exists(left), is(false));
        assertThat("of a process that runs", Files.exists(mine.path()), is(true));
        assertThat(Files.exists(next.path()), is(true));
      }
      assertThat("of nobody knows what", Files.exists(other), is(true));
    } finally {
      Files.delete(other);
    }
  }
}
