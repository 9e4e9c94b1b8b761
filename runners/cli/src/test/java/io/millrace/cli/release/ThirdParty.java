package io.millrace.cli.release;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The files in docs/third-party as the jars of a build ask for them.
 *
 * @param components what is bundled
 * @param jars contents of each jar by its name
 */
record ThirdParty(List<Component> components, Map<String, JarContents> jars) {
  /** Reads each jar of a directory that is not Millrace's own. */
  static Map<String, JarContents> jars(Path directory) throws IOException {
    Map<String, JarContents> jars = new TreeMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.jar")) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (!name.startsWith("millrace-")) {
          jars.put(name, JarContents.read(file));
        }
      }
    }
    return jars;
  }

  static List<Component> readComponents(Path csv) throws IOException {
    return Files.readAllLines(csv).stream().skip(1).map(Component::parse).toList();
  }

  /**
   * What does not fit between a list and the jars that are there, one line each.
   *
   * @param inside components that are inside a jar of Millrace's
   */
  static List<String> problems(
      Collection<Component> listed, Set<String> jars, Collection<String> inside) {
    List<String> problems = new ArrayList<>();
    Set<String> unknown = new TreeSet<>(jars);
    for (Component component : listed) {
      if (!unknown.remove(component.jar()) && !inside.contains(component.id())) {
        problems.add("listed, but not bundled: " + component.id());
      }
    }
    unknown.forEach(jar -> problems.add("bundled, but not listed: " + jar));
    return problems;
  }

  /** The notices of all components, each text once. */
  String notice() {
    Texts notices = new Texts();
    jars.forEach((name, jar) -> jar.notices().forEach(text -> notices.add(text, name)));
    return """
        Millrace

        The jars of a release hold components of others. Their notices follow, each once, below
        the names of the jars that they come from. LICENSES has the licenses.

        """
        + notices.written();
  }

  /**
   * The licenses of all components.
   *
   * @param apache the license of Millrace, which is not repeated
   * @param standard texts of licenses by SPDX id, for components whose jar has no text
   */
  String licenses(String apache, Map<String, String> standard) {
    Texts texts = new Texts();
    jars.forEach((name, jar) -> jar.licenses().forEach(text -> texts.add(text, name)));
    texts.remove(apache);
    StringBuilder all =
        new StringBuilder(
            """
            Millrace has the Apache License 2.0, in the file LICENSE. The jars of a release hold
            these components of others. Below the list are the texts of their licenses, other than
            the Apache License 2.0: those in the components' jars, each once, and then the common
            texts of licenses for those whose jars hold none.

            """);
    components.forEach(c -> all.append(c.id()).append(": ").append(c.license()).append('\n'));
    all.append('\n').append(texts.written());
    standard.forEach((id, text) -> all.append(Texts.headed(id, text)));
    return all.toString();
  }

  /** Texts with the names of the jars that have them; texts that differ in spaces are equal. */
  private static final class Texts {
    private static final String RULE = "=".repeat(78) + "\n";

    private final Map<String, String> texts = new LinkedHashMap<>();
    private final Map<String, Set<String>> names = new HashMap<>();

    private static String key(String text) {
      return text.replaceAll("\\s+", " ").strip();
    }

    void add(String text, String name) {
      String key = key(text);
      texts.putIfAbsent(key, text);
      names.computeIfAbsent(key, first -> new TreeSet<>()).add(name);
    }

    void remove(String text) {
      texts.remove(key(text));
    }

    String written() {
      StringBuilder written = new StringBuilder();
      texts.forEach(
          (key, text) ->
              written.append(headed(String.join("\n", names.getOrDefault(key, Set.of())), text)));
      return written.toString();
    }

    static String headed(String head, String text) {
      return RULE + head + "\n" + RULE + text + "\n";
    }
  }
}
