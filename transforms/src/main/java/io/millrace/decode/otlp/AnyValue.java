package io.millrace.decode.otlp;

import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;

/** A value of any type, of which one is open at a time. Not thread-safe. */
final class AnyValue {
  static final int NONE = 0;
  static final int STRING = 1;
  static final int BOOL = 2;
  static final int INT = 3;
  static final int DOUBLE = 4;
  static final int ARRAY = 5;
  static final int KEY_VALUES = 6;
  static final int BYTES = 7;

  static final String MESSAGE = "AnyValue";

  private final WireReader in;
  private final Notes notes;
  private int which;
  private long number;
  private int from;
  private int to;

  AnyValue(WireReader in, Notes notes) {
    this.in = in;
    this.notes = notes;
  }

  /**
   * Opens the value in a range of the reader's bytes. The reader keeps its place.
   *
   * @param path names the value in messages
   */
  void open(int valueFrom, int valueTo, String path) throws DecodeException {
    int at = in.position();
    int end = in.end();
    in.seek(valueFrom, valueTo);
    which = NONE;
    while (in.hasNext()) {
      int fieldFrom = in.position();
      int tag = in.tag();
      int field = WireReader.number(tag);
      int type = WireReader.type(tag);
      if (field > BYTES) {
        in.skip(type);
        notes.addOther(MESSAGE, fieldFrom, in.position());
        continue;
      }
      if (which != NONE) {
        throw new DecodeException(
            DeadLetterCode.DUPLICATE_KEY, path + ": expected one value of one type");
      }
      which = field;
      int expected =
          field == BOOL || field == INT
              ? WireReader.VARINT
              : field == DOUBLE ? WireReader.FIXED64 : WireReader.LENGTH;
      if (type != expected) {
        throw new DecodeException(
            DeadLetterCode.WRONG_TYPE, path + ": expected the wire type of its field");
      }
      if (type == WireReader.LENGTH) {
        int length = in.length();
        from = in.position();
        to = from + length;
        in.seek(to, valueTo);
      } else {
        number = type == WireReader.VARINT ? in.varint() : in.fixed64();
      }
    }
    in.seek(at, end);
  }

  /** The type of the value: the number of its field; 0 if there is no value. */
  int which() {
    return which;
  }

  /** An integer, a boolean as 0 for false, or the bits of a double. */
  long number() {
    return number;
  }

  /** Where a text, bytes or what an array holds begin. */
  int from() {
    return from;
  }

  /** Where they end. */
  int to() {
    return to;
  }

  /** What the value is, for messages. */
  String kind() {
    return switch (which) {
      case STRING -> "a string";
      case BOOL -> "a boolean";
      case INT -> "an integer";
      case DOUBLE -> "a double";
      case ARRAY -> "an array";
      case KEY_VALUES -> "a list of keys and values";
      case BYTES -> "bytes";
      default -> "no value";
    };
  }
}
