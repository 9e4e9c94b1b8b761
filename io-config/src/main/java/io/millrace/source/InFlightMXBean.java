package io.millrace.source;

/** How many records of a run have been read and have no outcome yet; see {@link InFlight}. */
public interface InFlightMXBean {
  /** The number of records between the source and their outcome. */
  long getInFlight();
}
