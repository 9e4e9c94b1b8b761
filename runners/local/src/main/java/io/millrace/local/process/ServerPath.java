package io.millrace.local.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The class path of the servers of this module: its jar and the libraries that it needs. */
final class ServerPath {
  /** The names of the libraries' jars, which the build writes. */
  private static final String LIBRARIES = "libraries.txt";

  private ServerPath() {}

  /**
   * The part of a class path that the servers need.
   *
   * @param own this module's jar
   * @param all the class path of this process
   * @return empty if the module is not packaged, or if a program has other versions of its
   *     libraries
   */
  static Optional<String> of(Path own, String all) {
    if (!Files.isRegularFile(own)) {
      return Optional.empty();
    }
    Map<String, String> byName =
        Arrays.stream(all.split(File.pathSeparator, -1))
            .collect(
                Collectors.toMap(
                    entry -> Path.of(entry).getFileName().toString(),
                    Function.identity(),
                    (first, second) -> first));
    List<String> path = new ArrayList<>(List.of(own.toString()));
    for (String name : libraries()) {
      String entry = byName.get(name);
      if (entry == null) {
        return Optional.empty();
      }
      path.add(entry);
    }
    return Optional.of(String.join(File.pathSeparator, path));
  }

  private static List<String> libraries() {
    try (InputStream in = ServerPath.class.getResourceAsStream(LIBRARIES)) {
      if (in == null) {
        throw new LocalStackException("the jar of the local stack holds no " + LIBRARIES);
      }
      return new String(in.readAllBytes(), UTF_8)
          .lines()
          .flatMap(line -> Arrays.stream(line.split(File.pathSeparator, -1)))
          .map(entry -> Path.of(entry).getFileName().toString())
          .toList();
    } catch (IOException e) {
      throw new LocalStackException("cannot read " + LIBRARIES + ": " + e.getMessage(), e);
    }
  }
}
