package io.millrace.cli.dataflow;

import io.millrace.io.flags.ConfigException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds the template's files in the checkout. */
final class TemplateFiles {
  private TemplateFiles() {}

  /** The bundled jar with all dependencies. */
  static Path jar() {
    Path home = home();
    return home.resolve("runners/dataflow/target/lib/millrace-dataflow-bundled.jar");
  }

  /** The template's metadata file. */
  static Path metadata() {
    return home().resolve("runners/dataflow/template/metadata.json");
  }

  private static Path home() {
    String given = System.getenv("MILLRACE_HOME");
    Path start = given == null ? code() : Path.of(given);
    for (Path path = start.toAbsolutePath(); path != null; path = path.getParent()) {
      if (Files.exists(path.resolve("runners/dataflow/template/metadata.json"))) {
        return path;
      }
    }
    throw new ConfigException(
        List.of("cannot find the template's files. Set MILLRACE_HOME to Millrace's checkout"));
  }

  private static Path code() {
    try {
      return Path.of(
          TemplateFiles.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
