package io.millrace.cli.dataflow;

import java.util.List;
import java.util.stream.Collectors;

/** Quotes commands for a POSIX shell. */
final class ShellWords {
  private static final String SAFE = "_-./:=@%+^~,";

  private ShellWords() {}

  /** A command on one line, with words quoted where needed. */
  static String of(List<String> words) {
    return words.stream().map(ShellWords::quoted).collect(Collectors.joining(" "));
  }

  /** A command with one option per line. */
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
    // A shell expands a tilde to a home directory, except inside a word.
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
