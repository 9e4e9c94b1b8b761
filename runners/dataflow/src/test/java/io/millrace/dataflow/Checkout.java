package io.millrace.dataflow;

import java.nio.file.Files;
import java.nio.file.Path;

/** Files of the checkout. */
final class Checkout {
  private Checkout() {}

  static Path file(String name) {
    for (Path path = Path.of("").toAbsolutePath(); path != null; path = path.getParent()) {
      if (Files.exists(path.resolve("runners/dataflow/pom.xml"))) {
        return path.resolve(name);
      }
    }
    throw new IllegalStateException("not in a checkout");
  }
}
