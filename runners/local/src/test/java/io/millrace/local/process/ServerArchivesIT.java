package io.millrace.local.process;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.millrace.local.LocalStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerArchivesIT {
  @TempDir Path directory;

  private LocalStack start() {
    return LocalStack.builder().dataDirectory(directory.resolve("data")).start();
  }

  /** Whether the process maps an archive of its server. */
  private static boolean usesArchive(LocalServer server) throws Exception {
    try (Stream<String> maps = Files.lines(Path.of("/proc/" + server.pid() + "/maps"))) {
      return maps.anyMatch(
          line ->
              line.contains(System.getProperty(ServerArchives.DIRECTORY)) && line.endsWith(".jsa"));
    }
  }

  @Test
  void aServerUsesTheArchiveThatAnEarlierOneWrote() throws Exception {
    // It need not be the first stack of this build: others may have written the archives before.
    start().close();
    try (LocalStack stack = start()) {
      assertThat(usesArchive(stack.kafka()), is(true));
      assertThat(usesArchive(stack.clickHouse()), is(true));
      stack.kafka().createTopic("t", 1);
      assertThat(stack.clickHouse().query("SELECT 1"), is("1\n"));
    }
  }

  @Test
  void otherJarsHaveAnotherArchiveAndADirectoryNone() throws Exception {
    Path jar = Files.writeString(directory.resolve("a.jar"), "one");
    String first = ServerArchives.options(jar.toString(), "io.example.Server").toString();
    assertThat(first, containsString("RecordDynamicDumpInfo"));
    Files.writeString(jar, "another");
    assertThat(ServerArchives.options(jar.toString(), "io.example.Server").toString(), not(first));
    assertThat(ServerArchives.options(directory.toString(), "io.example.Server"), is(List.of()));
    assertThat(
        ServerArchives.options(directory + "/*", "io.example.Server").toString(),
        containsString("RecordDynamicDumpInfo"));
  }

  @Test
  void serversRunWithTheLibrariesOfThisModuleAlone() {
    List<String> command =
        ChildJvm.server(List.of(), ServerArchivesIT.class, Lifetime.WITH_PARENT, List.of());
    String path = command.get(command.indexOf("-cp") + 1);
    assertThat(path, containsString("kafka_2.13-"));
    assertThat(path, not(containsString("hamcrest")));
  }
}
