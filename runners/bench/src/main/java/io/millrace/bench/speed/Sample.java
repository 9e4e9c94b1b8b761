package io.millrace.bench.speed;

import java.time.Duration;

/**
 * How far a run is at a moment.
 *
 * @param nanos when, by {@link System#nanoTime}
 * @param share of the events that are done, from 0 to 1
 * @param pipeline CPU time of the contender's own process so far; zero if it has none
 * @param kafka CPU time of the broker so far
 * @param clickHouse CPU time of ClickHouse so far
 */
record Sample(long nanos, double share, Duration pipeline, Duration kafka, Duration clickHouse) {}
