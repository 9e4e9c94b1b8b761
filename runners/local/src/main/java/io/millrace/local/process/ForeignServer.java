package io.millrace.local.process;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * The process behind a server whose main class is not ours: calls that class, with a watch on the
 * parent. Arguments: the class, then its arguments. On its class path are the server and this
 * module, nothing else.
 */
public final class ForeignServer {
  private ForeignServer() {}

  public static void main(String[] args)
      throws ClassNotFoundException, NoSuchMethodException, IllegalAccessException {
    ParentWatch.start(args);
    String[] rest =
        Arrays.stream(args).skip(1).filter(arg -> !ParentWatch.isFlag(arg)).toArray(String[]::new);
    try {
      Class.forName(args[0]).getMethod("main", String[].class).invoke(null, (Object) rest);
    } catch (InvocationTargetException e) {
      System.err.println("ERROR " + args[0] + " does not start: " + e.getCause());
      Runtime.getRuntime().halt(1);
    }
  }
}
