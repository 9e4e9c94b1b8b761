package io.millrace.decode.influx;

import io.millrace.event.Utf8Slice;

/** Where the parts of one line are. Used again for the next line. */
final class Point {
  private static final byte[] NO_BYTES = {};

  final Pairs tags = new Pairs();
  final Pairs fields = new Pairs();

  byte[] line = NO_BYTES;

  /** Where the measurement begins, as sent. */
  int seriesFrom;

  /** Where the tags begin; {@link #seriesTo} if there are none. */
  int tagsFrom;

  int seriesTo;
  int fieldsFrom;
  int fieldsTo;

  /** Where the timestamp begins; {@link #timeTo} if there is none. */
  int timeFrom;

  int timeTo;

  /** The measurement without escapes: a range of the line, or of a copy. */
  private byte[] measurement = NO_BYTES;

  private int measurementFrom;
  private int measurementTo;

  void clear(byte[] bytes) {
    line = bytes;
    tags.clear();
    fields.clear();
  }

  void setMeasurement(byte[] bytes, int from, int to) {
    measurement = bytes;
    measurementFrom = from;
    measurementTo = to;
  }

  Utf8Slice measurement() {
    return new Utf8Slice(measurement, measurementFrom, measurementTo - measurementFrom);
  }

  Utf8Slice series() {
    return slice(seriesFrom, seriesTo);
  }

  Utf8Slice tagSet() {
    return slice(tagsFrom, seriesTo);
  }

  Utf8Slice fieldSet() {
    return slice(fieldsFrom, fieldsTo);
  }

  Utf8Slice time() {
    return slice(timeFrom, timeTo);
  }

  boolean hasTime() {
    return timeFrom < timeTo;
  }

  private Utf8Slice slice(int from, int to) {
    return new Utf8Slice(line, from, to - from);
  }
}
