package io.millrace.local.process;

/** The lifetime of a local stack's servers. */
public enum Lifetime {
  /** Servers end with the process that started them, however it ends. */
  WITH_PARENT,
  /**
   * Servers outlive that process after {@code LocalStack#writeState}, until {@code
   * LocalStack#down}. Before that they end with it.
   */
  DETACHED
}
