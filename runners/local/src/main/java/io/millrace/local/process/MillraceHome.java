package io.millrace.local.process;

import java.nio.file.Path;

/** Where this checkout is, and what the command keeps there. */
public final class MillraceHome {
  private MillraceHome() {}

  /** The checkout's root; the script says where it is. */
  public static Path root() {
    String home = System.getenv("MILLRACE_HOME");
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
