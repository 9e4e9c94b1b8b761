package io.millrace.decode.otlp;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.RowBuffer;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The header with which an element keeps what is around it: the export request that it was in, with
 * the messages around it and no element. All elements of a scope, or of a metric, share it.
 */
final class Surrounding {
  private Surrounding() {}

  /** The request around a replayed element; null if its record has none. */
  static byte @Nullable [] request(SourceRecord element) {
    Header header = element.header(DeadLetterFactory.SURROUNDING_HEADER);
    return header == null ? null : header.value();
  }

  /** The headers of an element: those of its record, and this one if anything is around it. */
  static List<Header> headers(List<Header> ofRecord, Context context) {
    List<Header> known = context.headers;
    if (known == null) {
      known = new ArrayList<>(ofRecord);
      known.add(
          new Header(
              DeadLetterFactory.SURROUNDING_HEADER,
              context.isJson ? json(context) : wire(context)));
      known = List.copyOf(known);
      context.headers = known;
    }
    return known;
  }

  private static byte[] wire(Context innermost) {
    byte[] message = innermost.bytes;
    Context context = innermost;
    for (Context outer = context.outer; outer != null; outer = context.outer) {
      RowBuffer around = new RowBuffer(outer.bytes.length + message.length + 16);
      around.writeRaw(outer.bytes, 0, outer.bytes.length);
      around.writeVarInt((context.level.number() << WireReader.TYPE_BITS) | WireReader.LENGTH);
      around.writeString(message);
      message = around.toByteArray();
      context = outer;
    }
    return message;
  }

  private static byte[] json(Context innermost) {
    byte[] object = innermost.bytes;
    Context context = innermost;
    for (Context outer = context.outer; outer != null; outer = context.outer) {
      RowBuffer around = new RowBuffer(outer.bytes.length + object.length + 64);
      // Without its closing brace
      around.writeRaw(outer.bytes, 0, outer.bytes.length - 1);
      JsonText.separate(around);
      JsonText.name(around, context.level.key());
      byte[] open = (context.level.isArray() ? "[" : "").getBytes(UTF_8);
      byte[] close = (context.level.isArray() ? "]}" : "}").getBytes(UTF_8);
      around.writeRaw(open, 0, open.length);
      around.writeRaw(object, 0, object.length);
      around.writeRaw(close, 0, close.length);
      object = around.toByteArray();
      context = outer;
    }
    return object;
  }

  /** The failure of a replayed element without a header that says what is around it. */
  static DecodeException missing() {
    return new DecodeException(
        DeadLetterCode.MISSING_FIELD,
        "header "
            + DeadLetterFactory.SURROUNDING_HEADER
            + ": expected an export request with the messages around the element");
  }
}
