package io.millrace.testdata.workload;

/** A running query: the values that its events share, and its current step. */
public final class RunningQuery {
  /** The failing step of a successful query. */
  static final int NEVER = -1;

  private final QueryKeys.Key key;
  private final Population.Database database;
  private final JsonText user;
  private final JsonText sql;
  private final long totalMs;
  private final long totalRows;
  private final int failsAtStep;
  private int step;
  private long lastEventTime = Long.MIN_VALUE;

  RunningQuery(
      QueryKeys.Key key,
      Population.Database database,
      JsonText user,
      JsonText sql,
      long totalMs,
      long totalRows,
      int failsAtStep) {
    this.key = key;
    this.database = database;
    this.user = user;
    this.sql = sql;
    this.totalMs = totalMs;
    this.totalRows = totalRows;
    this.failsAtStep = failsAtStep;
  }

  public QueryKeys.Key key() {
    return key;
  }

  public Population.Database database() {
    return database;
  }

  public JsonText user() {
    return user;
  }

  public JsonText sql() {
    return sql;
  }

  public EventType type() {
    return EventType.step(step);
  }

  public boolean failsNow() {
    return step == failsAtStep;
  }

  void jumpTo(int laterStep) {
    step = laterStep;
  }

  /** Advances to the next step; returns false after the last one. */
  public boolean advance() {
    boolean over = failsNow() || step == EventType.steps() - 1;
    step++;
    return !over;
  }

  /** The event time, or that of the previous event if it is later. */
  public long orderedTime(long eventTime) {
    lastEventTime = Math.max(lastEventTime, eventTime);
    return lastEventTime;
  }

  /** The time spent so far, in milliseconds. */
  public long durationMs() {
    return switch (type()) {
      case QUERY_STARTED -> 0;
      case QUERY_PLANNED -> totalMs / 20 + 1;
      case QUERY_RUNNING -> totalMs / 2 + 2;
      case QUERY_FINISHED -> totalMs + 3;
      case RESULTS_FETCHED -> totalMs + totalMs / 10 + 4;
    };
  }

  /** The rows touched so far. */
  public long rowsAffected() {
    return switch (type()) {
      case QUERY_STARTED, QUERY_PLANNED -> 0;
      case QUERY_RUNNING -> totalRows / 2;
      case QUERY_FINISHED, RESULTS_FETCHED -> totalRows;
    };
  }
}
