package io.millrace.health;

import java.util.Collection;
import java.util.List;

/** What is wrong with a condition on health. */
public final class HealthProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String name;
  private final transient List<String> known;

  HealthProblem(String message) {
    this(message, "", List.of());
  }

  /**
   * Of a name that does not exist.
   *
   * @param known the names that do
   */
  HealthProblem(String message, String name, Collection<String> known) {
    super(message);
    this.name = name;
    this.known = List.copyOf(known);
  }

  /** The unknown name; empty if it is another problem. */
  public String name() {
    return name;
  }

  /** The names that exist in its place. */
  public List<String> known() {
    return known;
  }
}
