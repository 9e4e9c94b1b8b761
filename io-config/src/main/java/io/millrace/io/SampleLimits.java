package io.millrace.io;

import java.time.Duration;

/**
 * Limits of a sample: reading stops at the first one that it reaches.
 *
 * @param records most records
 * @param bytes most bytes of their values
 * @param time how long reading may take
 */
public record SampleLimits(int records, long bytes, Duration time) {}
