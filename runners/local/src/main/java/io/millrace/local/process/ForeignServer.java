package io.millrace.local.process;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * Runs a third-party server's main class and watches the parent process. Arguments: the class, then
 * its arguments. The class path contains only the server and this module.
 */
public final class ForeignServer {
  private ForeignServer() {}

  public static void main(String[] args)
      throws ClassNotFoundException, NoSuchMethodException, IllegalAccessException {
    ParentWatch.start(args);
    ServerArchives.writeAtExitIfAsked();
    String[] rest =
        Arrays.stream(args).skip(1).filter(arg -> !ParentWatch.isFlag(arg)).toArray(String[]::new);
    try {
      Class.forName(args[0]).getMethod("main", String[].class).invoke(null, (Object) rest);
    } catch (InvocationTargetException e) {
      System.err.println("ERROR " + args[0] + " failed to start: " + e.getCause());
      Runtime.getRuntime().halt(1);
    }
  }
}
