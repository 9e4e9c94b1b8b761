package io.millrace.testdata.workload;

import java.util.random.RandomGenerator;

/** Starts queries: who asks what, how long it takes, and whether and where it fails. */
public final class QueryFactory {
  /** Of 10 failing queries, how many fail at each step when failures are not the rule. */
  private static final int[] FAILURES_BY_STEP = {0, 2, 3, 4, 1};

  private static final double USUAL_EVENTS_OF_FAILING = 3.4;

  private final RandomGenerator random;
  private final Population population = new Population();
  private final SqlTexts sqlTexts;
  private final QueryKeys keys;
  private final double eventErrorRate;
  private final double[] failureRates;
  private final double failuresAtStart;

  /**
   * @param eventErrorRate the share of events that report an error; a failing query has one such
   *     event, its last
   */
  public QueryFactory(RandomGenerator random, QueryKeys keys, double eventErrorRate) {
    this.random = random;
    this.keys = keys;
    this.eventErrorRate = eventErrorRate;
    sqlTexts = new SqlTexts(random);
    // If p of the queries end after 3.4 events on average and the others after 5, the share of
    // error events is p / (3.4 p + 5 (1 - p)).
    double saved = EventType.steps() - USUAL_EVENTS_OF_FAILING;
    double failing = EventType.steps() * eventErrorRate / (1 + saved * eventErrorRate);
    failureRates = population.failureRates(Math.min(1, failing));
    // Where even failing always is not enough, queries must fail sooner.
    double eventsWanted = 1 / Math.max(eventErrorRate, 1e-9);
    failuresAtStart =
        Math.max(0, (USUAL_EVENTS_OF_FAILING - eventsWanted) / (USUAL_EVENTS_OF_FAILING - 1));
  }

  /** A new query at its first step. */
  public RunningQuery start() {
    int database = population.drawDatabase(random);
    boolean fails = random.nextDouble() < failureRates[database];
    int failsAtStep = fails ? failingStep() : RunningQuery.NEVER;
    return query(keys.next(), database, population.drawUser(random), failsAtStep);
  }

  /** A query of which only one event is seen, at any step. */
  public RunningQuery single(QueryKeys.Key key) {
    int database = population.drawDatabase(random);
    return atStep(key, database, population.drawUser(random), random.nextInt(EventType.steps()));
  }

  /** One step of a run of the hot query, in the most used database. */
  RunningQuery hot(QueryKeys.Key key, JsonText user, int step) {
    return atStep(key, 0, user, step);
  }

  private RunningQuery atStep(QueryKeys.Key key, int database, JsonText user, int step) {
    boolean fails = random.nextDouble() < eventErrorRate;
    RunningQuery query = query(key, database, user, fails ? step : RunningQuery.NEVER);
    query.jumpTo(step);
    return query;
  }

  private RunningQuery query(QueryKeys.Key key, int database, JsonText user, int failsAtStep) {
    Population.Database asked = population.database(database);
    double logarithm = StrictMath.log(asked.medianMs()) + asked.spread() * random.nextGaussian();
    // e^16 ms are two and a half hours.
    long totalMs = (long) StrictMath.exp(Math.min(logarithm, 16));
    long totalRows = totalMs * (1 + random.nextInt(40));
    JsonText sql = random.nextInt(4) == 0 ? sqlTexts.drawLong(random) : sqlTexts.drawShort(random);
    return new RunningQuery(key, asked, user, sql, totalMs, totalRows, failsAtStep);
  }

  private int failingStep() {
    if (random.nextDouble() < failuresAtStart) {
      return 0;
    }
    int drawn = random.nextInt(10);
    int step = 0;
    while (drawn >= FAILURES_BY_STEP[step]) {
      drawn -= FAILURES_BY_STEP[step++];
    }
    return step;
  }
}
