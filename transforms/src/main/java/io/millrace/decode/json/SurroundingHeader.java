package io.millrace.decode.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.decode.DecodeException;
import io.millrace.decode.json.ElementFinder.Surrounding;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.RowBuffer;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The header with which an element keeps what is around it in its record: an array of objects, from
 * the record on. A dead element that is replayed is decoded with it.
 */
final class SurroundingHeader {
  private static final byte[] NOTHING = "{}".getBytes(UTF_8);

  private SurroundingHeader() {}

  /** The headers of an element: those of its record, and this one if anything is around it. */
  static List<Header> with(List<Header> ofRecord, @Nullable Surrounding around, int levels) {
    byte[][] objects = new byte[levels][];
    boolean any = false;
    for (Surrounding next = around; next != null; next = next.outer()) {
      objects[next.level()] = next.json();
      any |= next.json().length > 0;
    }
    if (!any) {
      return ofRecord;
    }
    RowBuffer json = new RowBuffer(256);
    for (int level = 0; level < levels; level++) {
      byte[] object = objects[level];
      byte[] written = object == null || object.length == 0 ? NOTHING : object;
      json.writeByte(level == 0 ? '[' : ',');
      json.writeRaw(written, 0, written.length);
    }
    json.writeByte(']');
    List<Header> headers = new ArrayList<>(ofRecord);
    headers.add(new Header(DeadLetterFactory.SURROUNDING_HEADER, json.toByteArray()));
    return List.copyOf(headers);
  }

  /** What is around a replayed element, by its header. */
  static @Nullable Surrounding of(SourceRecord element, int levels) throws DecodeException {
    Header header = element.header(DeadLetterFactory.SURROUNDING_HEADER);
    byte[] value = header == null ? null : header.value();
    return value == null ? null : read(value, levels);
  }

  private static @Nullable Surrounding read(byte[] json, int levels) throws DecodeException {
    JsonScan scan = new JsonScan();
    scan.open(json, json.length);
    Surrounding around = null;
    int at = scan.space(0);
    for (int level = 0; level < levels && json[at] != ']'; level++) {
      int from = scan.space(at + 1);
      int to = scan.value(from);
      around = new Surrounding(around, level, Arrays.copyOfRange(json, from, to));
      at = scan.space(to);
    }
    return around;
  }
}
