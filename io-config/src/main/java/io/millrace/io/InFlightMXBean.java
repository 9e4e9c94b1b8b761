package io.millrace.io;

/** Management interface of {@link InFlight}, shared by a run and its readers. */
public interface InFlightMXBean {
  /** The number of events without an outcome yet; {@link Long#MAX_VALUE} if readers must stop. */
  long getInFlight();

  /** How many events a record holds on average, not less than 1. */
  double getEventsPerRecord();

  /** Bytes of files read so far, after decompression. */
  long getBytesRead();

  /** Adds to the bytes read. */
  void addBytesRead(long bytes);

  /** Adds to the records that readers have handed over. */
  void addRecordsRead(long records);
}
