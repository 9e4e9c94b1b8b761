package io.millrace.local.process;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Builds command lines for child processes that run a JVM. */
public final class ChildJvm {
  private ChildJvm() {}

  /**
   * Runs a main class with the class path of this process.
   *
   * @param options further JVM options
   * @param mainClass on this process's class path
   * @param arguments without secrets, because other users can see a command line
   */
  public static List<String> command(
      List<String> options, Class<?> mainClass, Lifetime lifetime, List<String> arguments) {
    return java(ownOptions(options), classPath(), mainClass.getName(), lifetime, arguments);
  }

  /**
   * Runs the main class of a server of this module, with the class path of this module alone: the
   * JVM searches fewer jars, and programs with different class paths share an archive of classes.
   *
   * @param options further JVM options
   * @param arguments without secrets, because other users can see a command line
   */
  public static List<String> server(
      List<String> options, Class<?> mainClass, Lifetime lifetime, List<String> arguments) {
    String path = ServerPath.of(ownClasses(), classPath()).orElseGet(ChildJvm::classPath);
    List<String> all = ownOptions(options);
    all.addAll(0, ServerArchives.options(path, mainClass.getName()));
    return java(all, path, mainClass.getName(), lifetime, arguments);
  }

  private static List<String> ownOptions(List<String> options) {
    List<String> all = new ArrayList<>();
    all.add("-Xmx512m");
    all.add("-XX:+ExitOnOutOfMemoryError");
    all.add("-Djava.awt.headless=true");
    all.add("-Dlogback.configurationFile=io/millrace/local/process/child-logback.xml");
    all.addAll(options);
    return all;
  }

  /**
   * Runs a third-party server's main class with its own class path, because its libraries have
   * other versions.
   *
   * @param options JVM options
   * @param serverPath the server's class path
   * @param arguments without secrets, because other users can see a command line
   */
  public static List<String> foreign(
      List<String> options,
      String serverPath,
      String mainClass,
      Lifetime lifetime,
      List<String> arguments) {
    String path = serverPath + File.pathSeparator + ownClasses();
    List<String> all = new ArrayList<>(ServerArchives.options(path, mainClass));
    all.addAll(options);
    List<String> classAndArguments = new ArrayList<>(arguments);
    classAndArguments.add(0, mainClass);
    return java(all, path, ForeignServer.class.getName(), lifetime, classAndArguments);
  }

  private static List<String> java(
      List<String> options,
      String classPath,
      String mainClass,
      Lifetime lifetime,
      List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, mainClass));
    command.addAll(arguments);
    command.add(lifetime == Lifetime.WITH_PARENT ? ParentWatch.FLAG : ParentWatch.UNTIL_HANDOVER);
    return command;
  }

  /** The class path of this module only. */
  private static Path ownClasses() {
    try {
      return Path.of(
          ForeignServer.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Absolute, because the child has another working directory. */
  private static String classPath() {
    // Surefire runs tests from a temporary jar that only lists the class path.
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(path.split(File.pathSeparator, -1))
        .filter(entry -> !entry.isEmpty())
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
