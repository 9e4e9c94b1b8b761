package io.millrace.local;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The processes of a stack, found by a mark on their command lines that names the server and the
 * stack's data directory: also those that nobody has recorded. A process without the mark is never
 * one of them, whatever its process id.
 */
final class StackProcesses {
  private static final String MARK = "-Dmillrace.server=";

  private StackProcesses() {}

  /** An option for the JVM of a server. */
  static String mark(Path directory, String name) {
    return MARK + name + "@" + directory.toAbsolutePath().normalize();
  }

  /** The process of one server, if it lives. */
  static Optional<ProcessHandle> find(Path directory, String name) {
    return Optional.ofNullable(all(directory).get(name));
  }

  /** The living processes of a stack, by the names of their servers. */
  static Map<String, ProcessHandle> all(Path directory) {
    String suffix = "@" + directory.toAbsolutePath().normalize();
    // A server of ClickHouse's own has no JVM; its configuration is the stack's.
    String binary =
        "--config-file="
            + directory.toAbsolutePath().normalize().resolve("clickhouse").resolve("server.xml");
    Map<String, ProcessHandle> found = new TreeMap<>();
    ProcessHandle.allProcesses()
        .forEach(
            process ->
                process.info().arguments().stream()
                    .flatMap(Arrays::stream)
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
}
