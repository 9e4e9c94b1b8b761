package io.millrace.decode.otlp;

import io.millrace.contract.Contract;
import io.millrace.contract.EventsInRecord;
import io.millrace.contract.UnknownFields;
import io.millrace.decode.BodyHint;
import io.millrace.decode.DecodeException;
import io.millrace.decode.EventAssembler;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.Event;
import io.millrace.event.RowBuffer;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import io.millrace.event.Utf8Slice;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Decodes export requests of OpenTelemetry's protocol. A first pass finds the elements by
 * structure; a second one decodes a copy of each alone, so that a bad one does not affect the
 * others. What is around elements is decoded once for all of them.
 */
final class OtlpDecoder implements RecordDecoder {
  /** Values in values are read by recursion. */
  private static final int MOST_LEVELS = 256;

  private final Encoding encoding;
  private final int maxBytes;
  private final int maxRecordBytes;
  private final boolean asMap;
  private final EventAssembler events;
  private final Notes notes = new Notes();
  private final MessageReader reader;
  private final Undeclared undeclared;
  private final ContextDecoder contexts;
  private final Derived derived;
  private final JsonToWire toWire;
  private final WireElements wireElements;
  private final JsonElements jsonElements;
  private final Elements elements;

  OtlpDecoder(Contract contract, Signal signal, Clock clock) {
    EventsInRecord limits = contract.events();
    if (limits == null) {
      throw new IllegalArgumentException("a record of this format holds many events");
    }
    this.encoding = Encoding.of(contract);
    this.maxBytes = contract.limits().maxBytes();
    this.maxRecordBytes = limits.maxRecordBytes();
    this.asMap = contract.unknownFields().form() == UnknownFields.Form.MAP;
    this.events = new EventAssembler(contract, clock);
    int maxDepth = Math.min(contract.limits().maxDepth(), MOST_LEVELS);
    WireReader in = new WireReader();
    AnyValue any = new AnyValue(in, notes);
    JsonText json = new JsonText(in, notes, any, new KeyCache(), maxDepth);
    this.reader = new MessageReader(in, notes, json, new AnyReader(in, notes, any, json));
    this.undeclared = new Undeclared(in, notes, json, asMap);
    this.toWire = new JsonToWire(maxDepth);
    this.contexts = new ContextDecoder(contract, signal, reader, notes, undeclared, events, toWire);
    this.derived = new Derived(contract, signal, reader);
    this.wireElements = new WireElements(signal.request());
    this.jsonElements = new JsonElements(signal.request());
    this.elements = new Elements(limits.maxEvents());
  }

  @Override
  public int decode(SourceRecord record, Receiver receiver) throws DecodeException {
    byte[] bytes = record.value();
    if (bytes == null) {
      throw new DecodeException(
          DeadLetterCode.TOMBSTONE, "expected an export request, found a null body");
    } else if (bytes.length == 0) {
      throw new DecodeException(DeadLetterCode.EMPTY, "expected an export request, found no bytes");
    } else if (bytes.length > maxRecordBytes) {
      throw new DecodeException(
          DeadLetterCode.TOO_LARGE, "expected at most " + maxRecordBytes + " bytes");
    }
    if (record.isReplayedElement()) {
      receiver.event(replayed(record, bytes));
      return 1;
    }
    find(bytes);
    int count = elements.size();
    for (int i = 0; i < count; i++) {
      Context context = elements.context(i);
      byte[] alone = Arrays.copyOfRange(bytes, elements.from(i), elements.to(i));
      List<Header> headers = Surrounding.headers(record.headers(), context);
      SourceRecord element = record.element(i, count, alone, headers);
      try {
        receiver.event(decode(element, alone, context, context.isJson));
      } catch (DecodeException e) {
        receiver.dead(e, element);
      }
    }
    // They hold the record's bytes.
    elements.clear();
    return count;
  }

  private void find(byte[] bytes) throws DecodeException {
    elements.clear();
    try {
      if (encoding.isJson(bytes)) {
        jsonElements.find(bytes, maxRecordBytes, elements);
      } else {
        wireElements.find(bytes, elements);
      }
    } catch (DecodeException e) {
      elements.clear();
      String hint = BodyHint.of(bytes, "OTLP");
      throw hint.isEmpty() ? e : new DecodeException(e.code(), e.getMessage() + hint);
    }
  }

  /** Decodes an element alone that was a dead letter, with what was around it. */
  private Event replayed(SourceRecord record, byte[] bytes) throws DecodeException {
    byte[] request = Surrounding.request(record);
    if (request == null) {
      throw Surrounding.missing();
    }
    elements.clear();
    if (Encoding.AUTO.isJson(request)) {
      jsonElements.find(request, Integer.MAX_VALUE, elements);
    } else {
      wireElements.find(request, elements);
    }
    Context context = elements.innermost();
    if (context == null) {
      throw Surrounding.missing();
    }
    return decode(record, bytes, context, encoding.isJson(bytes));
  }

  private Event decode(SourceRecord record, byte[] alone, Context context, boolean isJson)
      throws DecodeException {
    if (alone.length > maxBytes) {
      throw new DecodeException(
          DeadLetterCode.TOO_LARGE, "expected at most " + maxBytes + " bytes");
    }
    Context.Decoded around = contexts.decode(context);
    Plan plan = around.plan();
    if (around.failure() != null) {
      throw around.failure();
    } else if (plan == null) {
      throw new IllegalStateException(context.level.key() + " holds no elements");
    }
    byte[] wire = isJson ? toWire.message(plan.message(), alone) : alone;
    @Nullable Object[] values = around.values().clone();
    notes.clear();
    reader.read(plan, wire, 0, wire.length, values);
    derived.add(values, around, wire);
    undeclared.write("", values, isJson);
    return events.event(values, unknown(around), record);
  }

  private Object unknown(Context.Decoded around) {
    if (asMap) {
      Map<String, String> own = undeclared.map();
      if (own.isEmpty()) {
        return around.map();
      }
      Map<String, String> all = new LinkedHashMap<>(own);
      all.putAll(around.map());
      return all;
    }
    RowBuffer own = undeclared.members();
    byte[] others = around.members();
    if (own.size() == 0 && others.length == 0) {
      return "";
    }
    RowBuffer json = new RowBuffer(own.size() + others.length + 3);
    json.writeByte('{');
    own.appendTo(json);
    if (others.length > 0) {
      JsonText.separate(json);
      json.writeRaw(others, 0, others.length);
    }
    json.writeByte('}');
    byte[] text = json.toByteArray();
    return new Utf8Slice(text, 0, text.length);
  }
}
