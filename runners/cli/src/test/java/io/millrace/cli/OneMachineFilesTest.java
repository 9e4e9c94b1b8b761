package io.millrace.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.in;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The systemd unit and the container file in docs: every flag is known, and none is missing. */
class OneMachineFilesTest {
  private static final Path HOME = Path.of("../..");
  private static final String CONTRACT = "--contract=/etc/millrace/contract.yaml";

  /** A file's text, with continued lines joined. */
  private static String text(String file) throws IOException {
    return Files.readString(HOME.resolve(file)).replaceAll("\\\\\n *", "");
  }

  private static String value(String text, String key) {
    List<String> lines = text.lines().filter(line -> line.startsWith(key)).toList();
    assertThat(key, lines.size(), is(1));
    return lines.get(0).substring(key.length()).strip();
  }

  private static List<String> list(String json) throws IOException {
    return Arrays.asList(new ObjectMapper().readValue(json, String[].class));
  }

  /** The problems of a command's arguments, with a contract that is there. */
  private static List<String> problems(List<String> args) {
    assertThat(args, hasItem(CONTRACT));
    List<String> here = new ArrayList<>(args);
    here.replaceAll(
        arg ->
            arg.equals(CONTRACT)
                ? "--contract=" + HOME.resolve("test-data/contracts/query-events.yaml")
                : arg);
    return EarlyFlagCheck.problems(here.toArray(String[]::new));
  }

  @Test
  void theUnitStartsARun() throws IOException {
    String unit = text("docs/millrace.service");
    List<String> words = List.of(value(unit, "ExecStart=").split(" +"));
    assertThat(words.get(0), is("/opt/millrace/scripts/millrace"));
    List<String> args = words.subList(1, words.size());
    assertThat(args, hasItems("run", "--state=/var/lib/" + value(unit, "StateDirectory=")));
    assertThat(problems(args), empty());
    assertThat(value(unit, "RestartPreventExitStatus="), is("2"));
  }

  @Test
  void theContainerStartsARun() throws IOException {
    String file = text("docs/Containerfile");
    List<String> java = list(value(file, "ENTRYPOINT "));
    int main = java.indexOf(Millrace.class.getName());
    List<String> args = new ArrayList<>(java.subList(main + 1, java.size()));
    args.addAll(list(value(file, "CMD ")));
    assertThat(args, hasItems("run", "--state=/state"));
    assertThat(problems(args), empty());
    assertThat(value(file, "VOLUME "), is("/state"));
    List<String> opens = java.stream().filter(arg -> arg.startsWith("--add-opens=")).toList();
    String script = text("scripts/millrace");
    List<String> ofScript =
        Arrays.stream(script.split("\\s+"))
            .filter(word -> word.startsWith("--add-opens="))
            .toList();
    assertThat(ofScript.size(), is(6));
    assertThat(opens, is(ofScript));
  }

  @Test
  void theModuleIsBuiltWithFlagsOfTheScript() throws IOException {
    String build = value(text("docs/Containerfile"), "RUN mvn ");
    String script = text("scripts/millrace") + " -Dskip.job=true -pl runners/cli -am package";
    List<String> known = Arrays.asList(script.replace("\"", "").split("[\\s()]+"));
    List<String> words = new ArrayList<>(List.of(build.split("\\s+")));
    words.remove("runners/cli");
    assertThat(words, everyItem(is(in(known))));
  }

  @Test
  void anUnknownFlagIsNoticed() {
    assertThat(
        problems(
            List.of("run", "--state=/state", "--input=kafka://a:1/t", CONTRACT, "--outputs=x")),
        contains(
            "unknown option --outputs: see `scripts/millrace run --help`", "--output is missing"));
  }
}
