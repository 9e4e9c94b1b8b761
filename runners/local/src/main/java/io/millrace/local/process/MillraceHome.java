package io.millrace.local.process;

import java.nio.file.Path;

/** Paths of this checkout. */
public final class MillraceHome {
  /** Overrides the environment variable MILLRACE_HOME. */
  public static final String PROPERTY = "millrace.home";

  private MillraceHome() {}

  /** The checkout's root, set by the launcher script. */
  public static Path root() {
    String home = System.getProperty(PROPERTY, System.getenv("MILLRACE_HOME"));
    return Path.of(home == null ? "." : home).toAbsolutePath().normalize();
  }

  /** Data, logs and state of the local stack; ignored by git. */
  public static Path data() {
    return root().resolve(".millrace");
  }

  /** The contract of the query events. */
  public static Path queryEventsContract() {
    return root().resolve("test-data/contracts/query-events.yaml");
  }
}
