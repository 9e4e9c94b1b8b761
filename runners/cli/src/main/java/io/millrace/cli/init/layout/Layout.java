package io.millrace.cli.init.layout;

import io.millrace.cli.init.guess.SampledEvent;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * How records hold events.
 *
 * @param format the value of the contract's {@code format}; empty: JSON
 * @param eventsInRecord the value of {@code events}; empty: a record is one event
 * @param array the path of the array that holds the events; empty: there is none, or it is the
 *     record itself
 * @param compression the value of {@code compression}; empty: none
 * @param records the records as the pipeline reads them, to decode them with the contract
 * @param events their events; empty with a shipped contract
 * @param shipped the text of a shipped contract that fits; null: none
 * @param isWhole whether the file is one record, whatever lines it has
 * @param notes what to tell about it
 */
public record Layout(
    String format,
    String eventsInRecord,
    List<String> array,
    String compression,
    List<byte[]> records,
    List<SampledEvent> events,
    @Nullable String shipped,
    boolean isWhole,
    List<String> notes) {
  /** Whether values are texts without types. */
  public boolean isCsv() {
    return format.contains("csv");
  }

  Layout withCompression(String how, List<byte[]> compressed) {
    return new Layout(
        format, eventsInRecord, array, how, compressed, events, shipped, isWhole, notes);
  }

  Layout withNotes(List<String> more) {
    return new Layout(
        format, eventsInRecord, array, compression, records, events, shipped, isWhole, more);
  }
}
