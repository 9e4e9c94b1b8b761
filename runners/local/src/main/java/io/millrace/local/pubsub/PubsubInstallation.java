package io.millrace.local.pubsub;

import io.millrace.local.process.LocalStackException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** Finds the Google Cloud CLI's Pub/Sub emulator on this computer. */
final class PubsubInstallation {
  private static final Path EMULATOR = Path.of("platform", "pubsub-emulator", "lib");
  private static final String SDK = "google-cloud-sdk";

  private PubsubInstallation() {}

  /**
   * The emulator's jar.
   *
   * @param environment variables; uses {@code CLOUDSDK_ROOT_DIR}, {@code PATH} and {@code HOME}
   */
  static Optional<Path> find(Map<String, String> environment) {
    return roots(environment).stream()
        .map(root -> root.resolve(EMULATOR))
        .flatMap(PubsubInstallation::jars)
        .findFirst();
  }

  /** Possible installation directories of the CLI, the most likely first. */
  private static List<Path> roots(Map<String, String> environment) {
    List<Path> roots = new ArrayList<>();
    String root = environment.getOrDefault("CLOUDSDK_ROOT_DIR", "");
    if (!root.isEmpty()) {
      roots.add(Path.of(root));
    }
    for (String directory : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      rootOf(directory).ifPresent(roots::add);
    }
    for (String parent :
        List.of("/usr/lib", "/usr/share", "/opt", environment.getOrDefault("HOME", "/root"))) {
      roots.add(Path.of(parent, SDK));
    }
    roots.add(Path.of("/snap/google-cloud-cli/current"));
    roots.add(Path.of("/snap", SDK, "current"));
    return roots;
  }

  /** The CLI's root, if the directory contains its command {@code gcloud} or a link to it. */
  private static Optional<Path> rootOf(String directory) {
    Path command = Path.of(directory.isEmpty() ? "." : directory, "gcloud");
    if (!Files.isExecutable(command)) {
      return Optional.empty();
    }
    try {
      Path bin = command.toRealPath().getParent();
      return Optional.ofNullable(bin == null ? null : bin.getParent());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Stream<Path> jars(Path directory) {
    if (!Files.isDirectory(directory)) {
      return Stream.empty();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("cloud-pubsub-emulator"))
          .filter(file -> file.getFileName().toString().endsWith(".jar"))
          .sorted()
          .toList()
          .stream();
    } catch (IOException e) {
      return Stream.empty();
    }
  }

  /** The main class of a jar. */
  static String mainClass(Path jar) {
    try (JarFile file = new JarFile(jar.toFile())) {
      String main = file.getManifest().getMainAttributes().getValue(Attributes.Name.MAIN_CLASS);
      if (main == null) {
        throw new LocalStackException(jar + " has no main class. Reinstall the Pub/Sub emulator");
      }
      return main;
    } catch (IOException e) {
      throw new LocalStackException("cannot read " + jar + ": " + e.getMessage(), e);
    }
  }
}
