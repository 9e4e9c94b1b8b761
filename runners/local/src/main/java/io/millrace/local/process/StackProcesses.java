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
 * The processes of a stack, found by a mark on their command lines that names the server and the
 * stack's data directory: also those that nobody has recorded. A process without the mark is never
 * one of them, whatever its process id.
 */
public final class StackProcesses {
  private static final String MARK = "-Dmillrace.server=";

  private StackProcesses() {}

  /** An option for the JVM of a server. */
  public static String mark(Path directory, String name) {
    return MARK + name + "@" + directory.toAbsolutePath().normalize();
  }

  /** The process of one server, if it lives. */
  public static Optional<ProcessHandle> find(Path directory, String name) {
    return Optional.ofNullable(all(directory).get(name));
  }

  /** The living processes of a stack, by the names of their servers. */
  public static Map<String, ProcessHandle> all(Path directory) {
    String suffix = "@" + directory.toAbsolutePath().normalize();
    // A server of ClickHouse's own has no JVM; its configuration is the stack's.
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
   * Of a process of this user's. {@link ProcessHandle.Info#arguments} gives none if they are longer
   * than a page, which a class path is.
   */
  private static Stream<String> arguments(long pid) {
    try {
      byte[] all = Files.readAllBytes(Path.of("/proc", String.valueOf(pid), "cmdline"));
      return Arrays.stream(new String(all, StandardCharsets.UTF_8).split("\0", -1));
    } catch (IOException e) {
      // It has ended, or is somebody else's.
      return Stream.empty();
    }
  }
}
