package io.millrace.io;

/** What a run and its readers tell each other; see {@link InFlight}. */
public interface InFlightMXBean {
  /**
   * The number of records between the source and their outcome; the greatest number there is if no
   * more are to be read.
   */
  long getInFlight();

  /** How many bytes of files have been read, after decompression. */
  long getBytesRead();

  /** Adds to the bytes that have been read. */
  void addBytesRead(long bytes);
}
