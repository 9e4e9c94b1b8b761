package io.millrace.local.process;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends a child process when its parent is gone, also after SIGKILL. The parent holds the other end
 * of the child's standard input, which the system closes when the parent dies.
 */
public final class ParentWatch {
  /** The last argument of a child that must not outlive its parent. */
  public static final String FLAG = "--with-parent";

  /** The last argument of a child that must not outlive its parent before it is handed over. */
  static final String UNTIL_HANDOVER = "--until-handover";

  /** The byte by which the parent hands over, so that the child outlives it. */
  static final int HANDED_OVER = 'h';

  private static final long PAUSE_NANOS = 200_000_000;

  private ParentWatch() {}

  /** Whether an argument of a child is for this class. */
  static boolean isFlag(String argument) {
    return argument.equals(FLAG) || argument.equals(UNTIL_HANDOVER);
  }

  /** Starts the watch if the arguments request it. */
  public static void start(String[] args) {
    if (Arrays.stream(args).noneMatch(ParentWatch::isFlag)) {
      return;
    }
    Thread watch = new Thread(ParentWatch::awaitEndOfInput, "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }

  private static void awaitEndOfInput() {
    Optional<ProcessHandle> parent = ProcessHandle.current().parent();
    while (true) {
      try {
        int read = System.in.read();
        if (read == HANDED_OVER) {
          return;
        } else if (read < 0) {
          break;
        }
      } catch (IOException e) {
        // A library of the child may have made the input non-blocking. Then a read fails that the
        // child was in when it was suspended.
        if (parent.filter(ProcessHandle::isAlive).isEmpty()) {
          System.err.println("Cannot read standard input, stopping: " + e.getMessage());
          break;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
    System.exit(0);
  }
}
