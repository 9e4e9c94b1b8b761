package io.millrace.local;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * The process behind {@link LocalPubsub}: the emulator's own main class, with a watch on the
 * parent. Arguments: that class, then its arguments. On its class path are the emulator and this
 * package, nothing else.
 */
public final class PubsubServer {
  private PubsubServer() {}

  public static void main(String[] args)
      throws ClassNotFoundException, NoSuchMethodException, IllegalAccessException {
    ParentWatch.start(args);
    String[] rest =
        Arrays.stream(args)
            .skip(1)
            .filter(arg -> !arg.equals(ParentWatch.FLAG))
            .toArray(String[]::new);
    try {
      Class.forName(args[0]).getMethod("main", String[].class).invoke(null, (Object) rest);
    } catch (InvocationTargetException e) {
      System.err.println("ERROR The emulator does not start: " + e.getCause());
      Runtime.getRuntime().halt(1);
    }
  }
}
