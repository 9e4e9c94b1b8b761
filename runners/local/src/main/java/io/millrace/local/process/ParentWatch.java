package io.millrace.local.process;

import java.io.IOException;
import java.util.Arrays;

/**
 * Ends a child process when its parent is gone, also after SIGKILL: the parent holds the other end
 * of the child's standard input, and the system closes that when the parent dies. For the main
 * classes of the local stack only.
 */
public final class ParentWatch {
  /** The last argument of a child that must not outlive its parent. */
  public static final String FLAG = "--with-parent";

  /** The last argument of a child that must not outlive its parent before it is handed over. */
  static final String UNTIL_HANDOVER = "--until-handover";

  /** What the parent writes to say that the child goes on by itself. */
  static final int HANDED_OVER = 'h';

  private ParentWatch() {}

  /** Whether an argument of a child is for this class. */
  static boolean isFlag(String argument) {
    return argument.equals(FLAG) || argument.equals(UNTIL_HANDOVER);
  }

  /** Starts watching if the arguments ask for it. */
  public static void start(String[] args) {
    if (Arrays.stream(args).noneMatch(ParentWatch::isFlag)) {
      return;
    }
    Thread watch = new Thread(ParentWatch::awaitEndOfInput, "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }

  private static void awaitEndOfInput() {
    try {
      for (int read = System.in.read(); read >= 0; read = System.in.read()) {
        if (read == HANDED_OVER) {
          return;
        }
      }
    } catch (IOException e) {
      System.err.println("Standard input failed, taken as the parent's end: " + e.getMessage());
    }
    System.exit(0);
  }
}
