package io.millrace.cli.flink;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.flink.client.FlinkClientException;
import io.millrace.io.flags.ConfigException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What runs after an upgrade, whatever fails. */
class UpgradeTest {
  private static final SubmittedJob OLD = job("old-again");
  private static final SubmittedJob NEW = job("new");

  private final List<String> done = new ArrayList<>();
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  private static SubmittedJob job(String id) {
    return new SubmittedJob("flink:8081", id, List.of("--parallelism=2"), "", List.of());
  }

  private final class Fake implements Upgrade.Jobs {
    private final List<String> problems = new ArrayList<>();
    private boolean newStarts = true;
    private boolean oldStarts = true;

    @Override
    public List<String> problems() {
      done.add("checked");
      return problems;
    }

    @Override
    public String stop() {
      done.add("stopped");
      return "file:/savepoint-1";
    }

    @Override
    public SubmittedJob startNew(String savepoint) {
      done.add("new from " + savepoint);
      if (!newStarts) {
        throw new FlinkClientException("flink at flink:8081 has no free slot");
      }
      return NEW;
    }

    @Override
    public SubmittedJob startOld(String savepoint) {
      done.add("old from " + savepoint);
      if (!oldStarts) {
        throw new FlinkClientException("no JobManager leads");
      }
      return OLD;
    }
  }

  private SubmittedJob run(Fake jobs) {
    return Upgrade.run(jobs, new PrintStream(said, true, StandardCharsets.UTF_8));
  }

  @Test
  void theNewJobGoesOnFromTheSavepoint() {
    assertThat(run(new Fake()), equalTo(NEW));
    assertThat(done, contains("checked", "stopped", "new from file:/savepoint-1"));
    assertThat(
        said.toString(StandardCharsets.UTF_8), containsString("savepoint file:/savepoint-1"));
  }

  @Test
  void nothingIsStoppedIfSomethingIsWrong() {
    Fake jobs = new Fake();
    jobs.problems.add("contract.yaml: identity: no field `x`");
    ConfigException e = assertThrows(ConfigException.class, () -> run(jobs));
    assertThat(e.problems(), contains(containsString("no field `x`")));
    assertThat(done, contains("checked"));
  }

  @Test
  void theOldJobGoesOnIfTheNewOneDoesNotStart() {
    Fake jobs = new Fake();
    jobs.newStarts = false;
    FlinkClientException e = assertThrows(FlinkClientException.class, () -> run(jobs));
    assertThat(
        done,
        contains("checked", "stopped", "new from file:/savepoint-1", "old from file:/savepoint-1"));
    assertThat(
        e.getMessage(),
        allOf(
            containsString("the new job failed to start: flink at flink:8081 has no free slot"),
            containsString("restored from the savepoint and runs as job old-again")));
  }

  @Test
  void ifNeitherStartsTheSavepointIsNamed() {
    Fake jobs = new Fake();
    jobs.newStarts = false;
    jobs.oldStarts = false;
    FlinkClientException e = assertThrows(FlinkClientException.class, () -> run(jobs));
    assertThat(
        e.getMessage(),
        allOf(
            containsString("has no free slot"),
            containsString("no JobManager leads"),
            containsString("--savepointPath=file:/savepoint-1")));
  }

  @Test
  void aJobThatBeganFromASavepointCanBeUpgraded() {
    List<String> flags =
        List.of("--input=kafka://a:1/t", "--savepointPath=file:/one", "--streaming");
    List<String> next = JobSubmission.from(flags, "file:/two");
    assertThat(next, contains("--input=kafka://a:1/t", "--streaming", "--savepointPath=file:/two"));
    assertThat(
        SubmittedJob.without(flags, JobSubmission.RESTORE_FLAGS),
        contains("--input=kafka://a:1/t", "--streaming"));
  }

  @Test
  void aFlagReplacesItsLikeHoweverItIsWritten() {
    List<String> flags = List.of("--streaming", "--maxBatchRows=5", "--maxBatchRowsNot=1");
    assertThat(
        SubmittedJob.replaced(flags, List.of("--maxBatchRows=7", "--streaming=true")),
        contains("--maxBatchRowsNot=1", "--maxBatchRows=7", "--streaming=true"));
    assertThat(SubmittedJob.value(flags, "--streaming=").orElseThrow(), equalTo(""));
  }
}
