package io.millrace.local.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Finds the processes of a stack, also unrecorded ones, by a mark on their command lines that names
 * the server and the stack's data directory.
 */
public final class StackProcesses {
  private static final String MARK = "-Dmillrace.server=";

  private StackProcesses() {}

  /** The mark of a server, as a JVM option. */
  public static String mark(Path directory, String name) {
    return MARK + name + "@" + directory.toAbsolutePath().normalize();
  }

  /** The process of one server, if it is alive. */
  public static Optional<ProcessHandle> find(Path directory, String name) {
    return Optional.ofNullable(all(directory).get(name));
  }

  /** The live processes of a stack, by server name. */
  public static Map<String, ProcessHandle> all(Path directory) {
    String suffix = "@" + directory.toAbsolutePath().normalize();
    // A ClickHouse binary has no JVM option; its configuration file identifies it.
    String binary =
        "--config-file="
            + directory.toAbsolutePath().normalize().resolve("clickhouse").resolve("server.xml");
    Map<String, ProcessHandle> found = new TreeMap<>();
    ProcessHandle.allProcesses()
        .forEach(
            process ->
                arguments(process.pid())
                    .forEach(
                        argument -> {
                          if (argument.startsWith(MARK) && argument.endsWith(suffix)) {
                            String name =
                                argument.substring(
                                    MARK.length(), argument.length() - suffix.length());
                            found.put(name, process);
                          } else if (argument.equals(binary)) {
                            found.put("clickhouse", process);
                          }
                        }));
    return found;
  }

  /**
   * The arguments of a process of this user. {@link ProcessHandle.Info#arguments} is empty if they
   * are longer than a page, as a class path is.
   */
  private static Stream<String> arguments(long pid) {
    try {
      byte[] all = Files.readAllBytes(Path.of("/proc", String.valueOf(pid), "cmdline"));
      return Arrays.stream(new String(all, StandardCharsets.UTF_8).split("\0", -1));
    } catch (IOException e) {
      // The process has ended or belongs to another user.
      return Stream.empty();
    }
  }
}
