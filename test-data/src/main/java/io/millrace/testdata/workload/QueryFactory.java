package io.millrace.testdata.workload;

import java.util.random.RandomGenerator;

/** Creates queries with random users, databases, texts, durations and failures. */
public final class QueryFactory {
  /** The usual number of failures at each step, of 10 failing queries. */
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
   * @param eventErrorRate the share of events that report an error; in a failing query, only the
   *     last event does
   */
  public QueryFactory(RandomGenerator random, QueryKeys keys, double eventErrorRate) {
    this.random = random;
    this.keys = keys;
    this.eventErrorRate = eventErrorRate;
    sqlTexts = new SqlTexts(random);
    // If a share p of the queries fails after 3.4 events on average and the others have 5 events,
    // the share of error events is p / (3.4 p + 5 (1 - p)).
    double saved = EventType.steps() - USUAL_EVENTS_OF_FAILING;
    double failing = EventType.steps() * eventErrorRate / (1 + saved * eventErrorRate);
    failureRates = population.failureRates(Math.min(1, failing));
    // If all queries fail and the rate is still too low, queries must fail earlier.
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

  /** A query with a single event, at a random step. */
  public RunningQuery single(QueryKeys.Key key) {
    int database = population.drawDatabase(random);
    return atStep(key, database, population.drawUser(random), random.nextInt(EventType.steps()));
  }

  /** A step of the hot query, in the database with the most queries. */
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
