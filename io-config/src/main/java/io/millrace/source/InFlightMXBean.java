package io.millrace.source;

/** How many records of a run have been read and have no outcome yet; see {@link InFlight}. */
public interface InFlightMXBean {
  /**
   * The number of records between the source and their outcome; the greatest number there is if no
   * more are to be read.
   */
  long getInFlight();
}
