package io.millrace.contract;

import java.io.Serializable;
import java.util.List;

/**
 * How a record holds many events. Each of its elements is an event or dead by itself.
 *
 * @param kind where the elements are
 * @param arrays only for {@link Kind#ARRAY}: the arrays from the outermost to the one whose
 *     elements are the events, each as the keys from the object around it; the outermost has no
 *     keys if the record itself is the array
 * @param maxEvents a record that holds more is one dead event
 * @param maxRecordBytes a record that is larger, decompressed, is one dead event
 */
public record EventsInRecord(
    Kind kind, List<List<String>> arrays, int maxEvents, int maxRecordBytes)
    implements Serializable {
  /** Where the elements of a record are. */
  public enum Kind {
    /** Each line is an element. */
    LINES,
    /** The elements of an array. */
    ARRAY,
    /** The format says what an element is. */
    FORMAT
  }
}
