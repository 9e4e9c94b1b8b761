package io.millrace.cli.support;

import java.util.List;

/**
 * Commands that a module adds to {@code scripts/millrace bench}. Found by {@link
 * java.util.ServiceLoader} if the module is on the class path.
 */
public interface Measurements {
  /** New objects of picocli, in the order of the help. */
  List<Object> commands();
}
