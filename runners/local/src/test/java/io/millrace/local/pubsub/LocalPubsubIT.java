package io.millrace.local.pubsub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.local.process.LocalStackException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalPubsubIT {
  private static final String PROJECT = "test-project";

  @TempDir private Path directory;

  @Test
  void startsTakesAndHandsOutMessagesAndEnds() {
    LocalPubsub.whyTestsCannotRun().ifPresent(Assumptions::abort);
    LocalPubsub pubsub = LocalPubsub.start(directory);
    try (pubsub) {
      assertThat(pubsub.isRunning(), is(true));
      PubsubRest rest = pubsub.rest();
      rest.createTopic(PROJECT, "events");
      rest.createSubscription(PROJECT, "events", "events", 600);
      List<String> ids =
          rest.publish(
              PROJECT,
              "events",
              List.of(new PubsubRest.Message("a".getBytes(UTF_8), Map.of("k", "v"), "o")));
      List<PubsubRest.Delivered> delivered = rest.pull(PROJECT, "events", 10);
      assertThat(delivered, hasSize(1));
      assertThat(delivered.get(0).messageId(), equalTo(ids.get(0)));
      assertThat(new String(delivered.get(0).data(), UTF_8), equalTo("a"));
      assertThat(rest.pull(PROJECT, "events", 10), empty());
      rest.modifyAckDeadline(PROJECT, "events", List.of(delivered.get(0).ackId()), 0);
      assertThat(rest.pull(PROJECT, "events", 10), hasSize(1));
      LocalStackException e =
          assertThrows(LocalStackException.class, () -> rest.pull(PROJECT, "nothing", 1));
      assertThat(e.getMessage(), containsString("404"));
    }
    assertThat(pubsub.isRunning(), is(false));
    assertThat(LocalPubsub.answers(pubsub.address()), is(false));
  }

  @Test
  void findsTheEmulatorUnderTheRootOfTheCommandOnThePath() throws Exception {
    Path root = directory.resolve("sdk");
    Path jar = root.resolve("platform/pubsub-emulator/lib/cloud-pubsub-emulator-1.2.3-all.jar");
    Files.createDirectories(jar.getParent());
    Files.createFile(jar);
    Path bin = Files.createDirectories(root.resolve("bin"));
    Path command = Files.createFile(bin.resolve("gcloud"));
    assertThat(command.toFile().setExecutable(true), is(true));
    Path elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
    Files.createSymbolicLink(elsewhere.resolve("gcloud"), command);
    assertThat(
        PubsubInstallation.find(Map.of("PATH", "/nothing:" + elsewhere)),
        equalTo(Optional.of(jar.toRealPath())));
    assertThat(
        PubsubInstallation.find(Map.of("CLOUDSDK_ROOT_DIR", root.toString())),
        equalTo(Optional.of(jar)));
  }
}
