package io.millrace.local.process;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Command lines for child processes that run a JVM. */
public final class ChildJvm {
  private ChildJvm() {}

  /**
   * A main class of this program, with its class path.
   *
   * @param options further options for java
   * @param mainClass on the class path of the current program
   * @param arguments must hold no secret: other users can see a command line
   */
  public static List<String> command(
      List<String> options, Class<?> mainClass, Lifetime lifetime, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(java());
    command.add("-Xmx512m");
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add("-Djava.awt.headless=true");
    command.add("-Dlogback.configurationFile=io/millrace/local/process/child-logback.xml");
    command.addAll(options);
    command.add("-cp");
    command.add(classPath());
    command.add(mainClass.getName());
    command.addAll(arguments);
    command.add(lifetime == Lifetime.WITH_PARENT ? ParentWatch.FLAG : ParentWatch.UNTIL_HANDOVER);
    return command;
  }

  /**
   * The main class of somebody else's server, without what is on the class path of the current
   * program: the server brings that in other versions.
   *
   * @param options for java
   * @param serverPath the server's class path
   * @param arguments must hold no secret: other users can see a command line
   */
  public static List<String> foreign(
      List<String> options,
      String serverPath,
      String mainClass,
      Lifetime lifetime,
      List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(java());
    command.addAll(options);
    command.add("-cp");
    command.add(serverPath + File.pathSeparator + ownClasses());
    command.add(ForeignServer.class.getName());
    command.add(mainClass);
    command.addAll(arguments);
    command.add(lifetime == Lifetime.WITH_PARENT ? ParentWatch.FLAG : ParentWatch.UNTIL_HANDOVER);
    return command;
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** Only this module. */
  private static Path ownClasses() {
    try {
      return Path.of(
          ForeignServer.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Absolute, since the child has another working directory. */
  private static String classPath() {
    // Surefire runs tests from one jar that only lists the class path, and deletes it afterwards.
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(path.split(File.pathSeparator, -1))
        .filter(entry -> !entry.isEmpty())
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
