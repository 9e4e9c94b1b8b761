package io.millrace.cli.init;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import io.millrace.cli.MillraceCommand;
import io.millrace.cli.MillraceProcess;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.local.pubsub.LocalPubsub;
import io.millrace.local.pubsub.PubsubRest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code init} from a subscription of the Pub/Sub emulator. */
class InitFromPubsubIT {
  private static final String PROJECT = "test-project";
  private static final int MESSAGES = 40;
  private static final Duration LONGEST = Duration.ofMinutes(2);

  @TempDir private static Path directory;
  private static LocalPubsub pubsub;

  @BeforeAll
  static void start() {
    LocalPubsub.whyTestsCannotRun().ifPresent(Assumptions::abort);
    pubsub = LocalPubsub.start(directory.resolve("pubsub"));
  }

  @AfterAll
  static void stop() {
    if (pubsub != null) {
      pubsub.close();
    }
  }

  private static MillraceProcess.Result init(String subscription, String... flags) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "init",
                "--from=pubsub://" + PROJECT + "/" + subscription,
                "--pubsubEmulator=" + pubsub.address()));
    args.addAll(List.of(flags));
    return MillraceCommand.run(args.toArray(String[]::new));
  }

  @Test
  void allMessagesCanBePulledAfterwards() {
    PubsubRest rest = pubsub.rest();
    rest.createTopic(PROJECT, "init");
    // Longer than the test waits: only what is released comes again in time.
    rest.createSubscription(PROJECT, "init", "init", 600);
    Set<String> sent =
        new HashSet<>(
            rest.publish(
                PROJECT,
                "init",
                IntStream.range(0, MESSAGES)
                    .mapToObj(
                        i ->
                            new PubsubRest.Message(
                                "{\"id\":\"e%d\",\"ts\":%d}"
                                    .formatted(i, 1_772_359_200L + i)
                                    .getBytes(StandardCharsets.UTF_8),
                                Map.of(),
                                ""))
                    .toList()));

    MillraceProcess.Result result = init("init");

    assertThat(result.err(), result.exitCode(), is(0));
    assertThat(result.err(), containsString("40 of 40 samples decode"));
    assertThat(
        result.err(),
        containsString("no message was acknowledged: Pub/Sub delivers all 40 again now"));
    assertThat(ContractLoader.parse(result.out(), "y").identity(), is(List.of("id", "ts")));
    Set<String> again = new HashSet<>();
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (again.size() < MESSAGES) {
      assertThat("in time", System.nanoTime() < deadline);
      rest.pull(PROJECT, "init", 100).forEach(message -> again.add(message.messageId()));
    }
    assertThat(again, is(sent));
  }

  @Test
  void whatCannotBeRead() {
    MillraceProcess.Result none = init("none");
    assertThat(none.err(), none.exitCode(), is(2));
    assertThat(none.errLines(), hasSize(1));
    assertThat(none.err(), containsString("subscription `none` does not exist"));
    assertThat(none.err(), containsString("or correct --from"));

    pubsub.rest().createTopic(PROJECT, "quiet");
    pubsub.rest().createSubscription(PROJECT, "quiet", "quiet", 10);
    MillraceProcess.Result quiet = init("quiet");
    assertThat(quiet.err(), quiet.exitCode(), is(2));
    assertThat(quiet.err(), containsString("/quiet holds no record"));

    MillraceProcess.Result nobody =
        MillraceCommand.run(
            "init", "--from=pubsub://test-project/quiet", "--pubsubEmulator=127.0.0.1:1");
    assertThat(nobody.err(), nobody.exitCode(), is(2));
    assertThat(nobody.err(), containsString("no Pub/Sub emulator answers at 127.0.0.1:1"));
  }
}
