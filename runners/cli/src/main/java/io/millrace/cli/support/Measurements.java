package io.millrace.cli.support;

import java.util.List;

/**
 * Commands that a module adds to {@code scripts/millrace bench}. Loaded by {@link
 * java.util.ServiceLoader}.
 */
public interface Measurements {
  /** New picocli commands, in the order of the help. */
  List<Object> commands();
}
