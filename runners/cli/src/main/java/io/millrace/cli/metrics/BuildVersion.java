package io.millrace.cli.metrics;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/**
 * The version of this build, and the commit that it was built from. The commit is {@code unknown}
 * if the sources were not a git checkout, and is followed by {@code changed} if files differed.
 */
public final class BuildVersion implements IVersionProvider {
  private static final String FILE = "build.properties";

  static String get() {
    return build().getProperty("version");
  }

  @Override
  public String[] getVersion() {
    Properties build = build();
    String changed = build.getProperty("dirty").equals("true") ? ", changed" : "";
    return new String[] {
      "millrace %s (commit %s%s)"
          .formatted(build.getProperty("version"), build.getProperty("commit"), changed)
    };
  }

  private static Properties build() {
    Properties build = new Properties();
    try (InputStream in = BuildVersion.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException(FILE + " is not on the class path");
      }
      build.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return build;
  }
}
