package io.millrace.cli.dataflow;

import java.util.List;
import java.util.stream.Collectors;

/** Commands as texts that a POSIX shell reads back as the very same words. */
final class ShellWords {
  private static final String SAFE = "_-./:=@%+^~,";

  private ShellWords() {}

  /** A command, its words quoted where they must be. */
  static String of(List<String> words) {
    return words.stream().map(ShellWords::quoted).collect(Collectors.joining(" "));
  }

  /** The same with each option on a line of its own, for people to read. */
  static String onLines(List<String> words) {
    StringBuilder text = new StringBuilder();
    for (String word : words) {
      if (text.length() > 0) {
        text.append(word.startsWith("--") ? " \\\n    " : " ");
      }
      text.append(quoted(word));
    }
    return text.toString();
  }

  private static String quoted(String word) {
    // A tilde is only safe inside of a word, where no shell takes it for a home directory.
    boolean plain =
        !word.isEmpty()
            && word.charAt(0) != '~'
            && word.chars().allMatch(c -> isAsciiLetterOrDigit(c) || SAFE.indexOf(c) >= 0)
            && !word.contains("=~")
            && !word.contains(":~");
    return plain ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  private static boolean isAsciiLetterOrDigit(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
