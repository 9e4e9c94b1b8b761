package io.millrace.cli.metrics;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of this build. */
final class BuildVersion {
  private static final String FILE = "build.properties";

  private BuildVersion() {}

  static String get() {
    Properties build = new Properties();
    try (InputStream in = BuildVersion.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException(FILE + " is not on the class path");
      }
      build.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return build.getProperty("version");
  }
}
