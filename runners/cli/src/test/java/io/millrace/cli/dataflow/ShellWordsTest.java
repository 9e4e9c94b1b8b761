package io.millrace.cli.dataflow;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real shells read what is printed, and gcloud's rule for lists reads what is in it. */
class ShellWordsTest {
  private static final List<String> AWKWARD =
      List.of(
          "plain",
          "",
          "two words",
          "it's",
          "\"quoted\"",
          "$HOME `id` $(id)",
          "a\\b",
          "tab\tand\nline",
          "*?[x]",
          "~",
          "~root/x",
          "--a=~/x",
          "a,b;c|d&e<f>g(h)i{j,k}!",
          "#no comment",
          "^~^a=b~c=d",
          "größe=ü");

  private static List<String> read(String shell, String text)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(shell, "-c", "printf '%s\\0' " + text).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(), is(0));
    List<String> words = new ArrayList<>(List.of(said.split("\0", -1)));
    words.remove(words.size() - 1);
    return words;
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "bash"})
  void aShellReadsBackTheVerySameWords(String shell) throws Exception {
    assertThat(read(shell, ShellWords.of(AWKWARD)), is(AWKWARD));
    assertThat(read(shell, ShellWords.onLines(AWKWARD)), is(AWKWARD));
  }

  /** As `gcloud topic escaping` has it. */
  private static List<String> gcloudReads(String value) {
    String delimiter = ",";
    String rest = value;
    if (value.startsWith("^") && value.indexOf('^', 1) > 0) {
      delimiter = value.substring(1, value.indexOf('^', 1));
      rest = value.substring(value.indexOf('^', 1) + 1);
    }
    return List.of(rest.split(java.util.regex.Pattern.quote(delimiter), -1));
  }

  @Test
  void gcloudReadsBackTheVerySameParts() {
    for (List<String> parts :
        List.of(
            List.of("a=b"),
            List.of("a=b", "c=d e"),
            List.of("input=kafka://a:1,b:2/t", "c=d"),
            List.of("a=1,2", "b=~"),
            List.of("^a^b", "c"),
            List.of("a=,~;|#!%"))) {
      assertThat(gcloudReads(GcloudList.of(parts)), is(parts));
    }
    assertThat(GcloudList.of(List.of("a=1,2", "b=3")), is("^~^a=1,2~b=3"));
    assertThrows(IllegalArgumentException.class, () -> GcloudList.of(List.of(",~;|#!%@@")));
  }
}
