package io.millrace.cli.init;

import io.millrace.pipeline.WrongUseException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/** Asks a person to choose. */
record Questions(BufferedReader in, PrintStream out) {
  private static final int SHOWN = 9;

  /**
   * Asks for one of several choices.
   *
   * @param choices the texts, the suggested one first; not empty
   * @return the index of the choice; 0 for an empty line
   * @throws WrongUseException in one line, if the input ends
   */
  int choose(String question, List<String> choices) {
    int shown = Math.min(SHOWN, choices.size());
    out.println(question);
    for (int i = 0; i < shown; i++) {
      out.println("  " + (i + 1) + ") " + choices.get(i));
    }
    while (true) {
      out.print("1 to " + shown + " (Enter: 1): ");
      out.flush();
      String answer = line();
      if (answer.isEmpty()) {
        return 0;
      }
      if (answer.length() == 1 && answer.charAt(0) >= '1' && answer.charAt(0) < '1' + shown) {
        return answer.charAt(0) - '1';
      }
    }
  }

  private String line() {
    try {
      String line = in.readLine();
      if (line != null) {
        return line.strip();
      }
    } catch (IOException e) {
      throw new WrongUseException("--interactive: cannot read the answer: " + e.getMessage());
    }
    throw new WrongUseException("--interactive: no answer; expected a number");
  }
}
