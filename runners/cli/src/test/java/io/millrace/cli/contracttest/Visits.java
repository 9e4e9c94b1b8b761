package io.millrace.cli.contracttest;

import io.millrace.cli.MillraceCommand;
import io.millrace.cli.MillraceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The contract of docs/explain.md, which tests of the command use. */
final class Visits {
  private static final Pattern BLOCK = Pattern.compile("```(\\w+)\\n(.*?)```", Pattern.DOTALL);

  private Visits() {}

  static void writeContract(Path directory) throws IOException {
    Files.writeString(directory.resolve("visits.yaml"), blocks("docs/explain.md").get(0));
  }

  /** The blocks of a page. */
  static List<String> blocks(String page) throws IOException {
    List<String> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(Files.readString(MillraceProcess.root().resolve(page)));
    while (matcher.find()) {
      blocks.add(matcher.group(2));
    }
    return blocks;
  }

  static MillraceProcess.Result run(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.add(0, "test");
    return MillraceCommand.run(all.toArray(String[]::new));
  }
}
