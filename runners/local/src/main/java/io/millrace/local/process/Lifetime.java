package io.millrace.local.process;

/** How long the servers of a local stack live. */
public enum Lifetime {
  /** They end with the process that started them, however it ends. */
  WITH_PARENT,
  /**
   * They outlive it, until {@code LocalStack#down} or a kill, from {@code LocalStack#writeState}
   * on. Before that they end with it.
   */
  DETACHED
}
