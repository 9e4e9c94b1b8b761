package io.millrace.bench.speed;

import java.time.Duration;

/**
 * The figures of a run, and what its process needed beside CPU time.
 *
 * @param startUp from the start of the process to its first row
 * @param liveHeapBytes what the heap holds after a collection, when all events are processed
 * @param peakBytes largest resident memory of the process; 0 where it is unknown
 */
public record RunDetails(
    RunFigures figures, Duration startUp, long liveHeapBytes, long peakBytes) {}
