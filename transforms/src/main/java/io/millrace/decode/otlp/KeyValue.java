package io.millrace.decode.otlp;

import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;

/** An attribute, as ranges of its bytes; a value that is not there is an empty range. */
record KeyValue(int keyFrom, int keyTo, int valueFrom, int valueTo) {
  private static final int KEY = 1;
  private static final int VALUE = 2;

  /**
   * Reads the attribute in a range of a reader's bytes. The reader keeps its place.
   *
   * @param path names the attributes in messages
   */
  static KeyValue read(WireReader in, Notes notes, String path, int from, int to)
      throws DecodeException {
    int at = in.position();
    int end = in.end();
    int keyFrom = -1;
    int keyTo = -1;
    int valueFrom = -1;
    int valueTo = -1;
    in.seek(from, to);
    while (in.hasNext()) {
      int fieldFrom = in.position();
      int tag = in.tag();
      int field = WireReader.number(tag);
      if (field != KEY && field != VALUE) {
        in.skip(WireReader.type(tag));
        notes.addOther("KeyValue", fieldFrom, in.position());
        continue;
      }
      if (WireReader.type(tag) != WireReader.LENGTH) {
        throw new DecodeException(
            DeadLetterCode.WRONG_TYPE, path + ": expected the wire type of its field");
      }
      int length = in.length();
      int begin = in.position();
      in.seek(begin + length, to);
      if (field == KEY ? keyFrom >= 0 : valueFrom >= 0) {
        throw Numbers.twice(path);
      }
      if (field == KEY) {
        keyFrom = begin;
        keyTo = begin + length;
      } else {
        valueFrom = begin;
        valueTo = begin + length;
      }
    }
    in.seek(at, end);
    return new KeyValue(
        keyFrom < 0 ? from : keyFrom,
        keyFrom < 0 ? from : keyTo,
        valueFrom < 0 ? from : valueFrom,
        valueFrom < 0 ? from : valueTo);
  }
}
