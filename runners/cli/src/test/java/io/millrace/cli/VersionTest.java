package io.millrace.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code scripts/millrace --version}. */
class VersionTest {
  @Test
  void saysTheVersionOfThePomAndTheCommit() throws IOException {
    String pom = Files.readString(Path.of("../../pom.xml"));
    int from = pom.indexOf("<version>") + "<version>".length();
    String version = pom.substring(from, pom.indexOf("</version>", from));
    MillraceProcess.Result result = MillraceCommand.run("--version");
    assertThat(result.exitCode(), is(0));
    assertThat(
        result.out().strip(),
        matchesPattern(
            "millrace "
                + version.replace(".", "\\.")
                + " \\(commit ([0-9a-f]{12}|unknown)(, changed)?\\)"));
  }
}
