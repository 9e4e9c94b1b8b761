package io.millrace.cli.flink;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.flink.client.FlinkClientException;
import io.millrace.local.process.MillraceHome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubmittedJobsTest {
  @TempDir private Path home;
  private String before;

  @BeforeEach
  void inAHomeOfItsOwn() {
    before = System.getProperty(MillraceHome.PROPERTY);
    System.setProperty(MillraceHome.PROPERTY, home.toString());
  }

  @AfterEach
  void backToTheHomeOfBefore() {
    if (before == null) {
      System.clearProperty(MillraceHome.PROPERTY);
    } else {
      System.setProperty(MillraceHome.PROPERTY, before);
    }
  }

  private static SubmittedJob job(String id, String... flags) {
    return new SubmittedJob("flink:8081", id, List.of(flags), "", List.of());
  }

  private static String refusal(String name) {
    return assertThrows(FlinkClientException.class, () -> SubmittedJobs.find(name)).getMessage();
  }

  @Test
  void theOnlyJobNeedsNoName() {
    assertThat(refusal(null), containsString("no job was submitted from this checkout"));
    SubmittedJobs.remember(job("a", "--parallelism=2"));
    assertThat(SubmittedJobs.find(null).id(), is("a"));
    assertThat(SubmittedJobs.find("millrace"), is(job("a", "--parallelism=2")));
  }

  @Test
  void oneOfSeveralIsFoundByItsName() {
    SubmittedJobs.remember(job("a", "--jobName=orders"));
    SubmittedJobs.remember(job("b", "--jobName=a/b c"));
    assertThat(SubmittedJobs.find("orders").id(), is("a"));
    assertThat(SubmittedJobs.find("a/b c").id(), is("b"));
    assertThat(
        refusal(null),
        is("several jobs were submitted from this checkout. Name one of a/b c, orders"));
    assertThat(
        refusal("x"),
        is("no job named x was submitted from this checkout. Expected one of a/b c, orders"));
    assertThat(
        SubmittedJobs.places(),
        contains(
            new SubmittedJobs.Place("a/b c", "b", "flink:8081"),
            new SubmittedJobs.Place("orders", "a", "flink:8081")));
  }

  @Test
  void theLastJobOfANameReplacesTheOneBefore() {
    SubmittedJobs.remember(job("a", "--jobName=orders"));
    SubmittedJobs.remember(job("b", "--jobName=orders", "--parallelism=4"));
    assertThat(SubmittedJobs.all(), contains(job("b", "--jobName=orders", "--parallelism=4")));
  }

  @Test
  void copiesOfAllRememberedJobsAreKept() throws Exception {
    for (String id : List.of("a", "b", "c")) {
      Files.createDirectories(SubmittedJobs.copies(id));
      Files.writeString(SubmittedJobs.copies(id).resolve("contract.yaml"), "contract: c");
    }
    SubmittedJobs.remember(job("a", "--jobName=orders"));
    SubmittedJobs.remember(job("b", "--jobName=users"));
    SubmittedJobs.deleteUnusedCopies();
    assertThat(Files.exists(SubmittedJobs.copies("a").resolve("contract.yaml")), is(true));
    assertThat(Files.exists(SubmittedJobs.copies("b").resolve("contract.yaml")), is(true));
    assertThat(Files.exists(SubmittedJobs.copies("c")), is(false));
    assertThat(SubmittedJobs.all().stream().filter(job -> job.id().equals("c")).toList(), empty());
  }

  @Test
  void aCorruptFileIsNamed() throws Exception {
    SubmittedJobs.remember(job("a", "--jobName=orders"));
    Path file = home.resolve(".millrace/flink-jobs/orders.json");
    Files.writeString(file, "{");
    assertThat(refusal("orders"), is(file + " is corrupt. Delete it and submit the job again"));
  }
}
