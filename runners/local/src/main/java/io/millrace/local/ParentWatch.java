package io.millrace.local;

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

  private ParentWatch() {}

  /** Starts watching if the arguments ask for it. */
  public static void start(String[] args) {
    if (!Arrays.asList(args).contains(FLAG)) {
      return;
    }
    Thread watch = new Thread(ParentWatch::awaitEndOfInput, "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }

  private static void awaitEndOfInput() {
    try {
      while (System.in.read() >= 0) {
        // Nothing is ever written here.
      }
    } catch (IOException e) {
      System.err.println("Standard input failed, taken as the parent's end: " + e.getMessage());
    }
    System.exit(0);
  }
}
