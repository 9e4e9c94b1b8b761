package io.millrace.cli.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** scripts/release refuses what would not be a release, before it builds anything. */
class ReleaseScriptTest {
  private static final Path HOME = Path.of("../..");

  @TempDir private Path directory;

  /** Runs a copy of the script in a directory, and returns the exit code and what it said. */
  private List<String> run(String... args) throws Exception {
    Path script = Files.createDirectories(directory.resolve("scripts")).resolve("release");
    Files.copy(HOME.resolve("scripts/release"), script);
    git("init", "-q");
    String[] command = new String[args.length + 2];
    command[0] = "bash";
    command[1] = script.toString();
    System.arraycopy(args, 0, command, 2, args.length);
    return process(command);
  }

  private void git(String... args) throws Exception {
    String[] command = new String[args.length + 1];
    command[0] = "git";
    System.arraycopy(args, 0, command, 1, args.length);
    assertThat(process(command).get(0), is("0"));
  }

  private List<String> process(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS), is(true));
    return List.of(Integer.toString(process.exitValue()), said);
  }

  @Test
  void anUnknownOptionIsRefused() throws Exception {
    assertThat(
        run("--fast"), is(List.of("2", "release: unknown option --fast; known: --skipTests\n")));
  }

  @Test
  void filesThatAreNotCommittedAreRefused() throws Exception {
    assertThat(
        run(),
        is(
            List.of(
                "2",
                "release: files differ from the commit; commit or remove them:\n?? scripts/\n")));
  }
}
