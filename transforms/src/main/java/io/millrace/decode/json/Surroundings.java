package io.millrace.decode.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.millrace.contract.Contract;
import io.millrace.contract.EventsInRecord;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.UnknownFields;
import io.millrace.decode.DecodeException;
import io.millrace.decode.EventAssembler;
import io.millrace.decode.Utf8Validator;
import io.millrace.decode.json.ElementFinder.Surrounding;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.RowBuffer;
import io.millrace.event.Utf8Slice;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Decodes the objects around the events of a record: the fields that the contract declares there,
 * and the others, which are kept in each event's column for unknown fields under the path of their
 * object: {@code $} for the record. An object is decoded once for all its events. Not thread-safe.
 */
final class Surroundings {
  /** Of an event that nothing is around. */
  static final Values NONE = new Values(null, Map.of(), null);

  private final int levels;
  private final RecordPlan[] plans;
  private final String[] names;
  private final boolean asMap;
  private final EventAssembler events;
  private final JsonInput in;
  private final UnknownFieldCollector unknown;
  private final ObjectReader objects;
  private final Utf8Validator utf8 = new Utf8Validator();
  private @Nullable Surrounding latest;
  private Values latestValues = NONE;

  Surroundings(Contract contract, EventsInRecord in, EventAssembler events) {
    this.levels = in.arrays().size();
    this.events = events;
    this.asMap = contract.unknownFields().form() == UnknownFields.Form.MAP;
    this.in = new JsonInput(contract.limits().maxDepth());
    this.unknown = asMap ? new UnknownFieldCollector.AsMap() : new UnknownAsJson();
    this.objects = new ObjectReader(this.in, unknown);
    this.plans = new RecordPlan[levels];
    this.names = new String[levels];
    StringBuilder name = new StringBuilder("$");
    for (int level = 0; level < levels; level++) {
      plans[level] = RecordPlan.compile(contract.fields(), events.schema(), false, levels - level);
      names[level] = name.toString();
      for (String key : in.arrays().get(level)) {
        name.append('.').append(key);
      }
      name.append("[]");
    }
  }

  /** Whether a contract declares fields of the objects around its events. */
  static boolean areDeclared(Contract contract) {
    return contract.fields().stream().mapToInt(FieldDefinition::above).anyMatch(n -> n > 0);
  }

  /** What is declared of an object and of those around it. */
  @SuppressWarnings("ReferenceEquality") // elements of one object share it
  Values of(@Nullable Surrounding around) {
    if (around == null) {
      return NONE;
    }
    if (around == latest) {
      return latestValues;
    }
    Values values = decode(around, of(around.outer()));
    latest = around;
    latestValues = values;
    return values;
  }

  private Values decode(Surrounding around, Values outer) {
    if (around.json().length == 0 || outer.failure != null) {
      return outer;
    }
    @Nullable Object[] values = outer.copyOrElse(events);
    try {
      read(around, values);
    } catch (DecodeException e) {
      return new Values(
          null,
          Map.of(),
          new DecodeException(e.code(), names[around.level()] + ": " + e.getMessage()));
    }
    Map<String, Object> others = outer.unknown;
    Object found = unknown.result();
    if (found != null && !found.equals("") && !found.equals(Map.of())) {
      others = new LinkedHashMap<>(outer.unknown);
      others.put(names[around.level()], found);
    }
    return new Values(values, others, null);
  }

  private void read(Surrounding around, @Nullable Object[] values) throws DecodeException {
    byte[] json = around.json();
    if (utf8.check(json, 0) != Utf8Validator.Result.VALID) {
      throw new DecodeException(DeadLetterCode.NOT_UTF8, "expected UTF-8");
    }
    objects.clear();
    try {
      in.open(json, 0, utf8.loneSurrogates());
      objects.read(plans[around.level()].top(), values);
    } catch (JsonProcessingException e) {
      // A position in the copy means nothing to anybody.
      throw new DecodeException(
          DeadLetterCode.MALFORMED_JSON, "expected valid JSON around the events");
    } catch (IOException e) {
      throw new IllegalStateException("reading bytes does no IO", e);
    } finally {
      in.close();
    }
  }

  /**
   * What the objects around an event hold.
   *
   * @param values a row with the values of declared fields; null if there are none
   * @param unknown the fields that are not declared, by the name of their object
   * @param failure why every event in the object is dead; null if none is
   */
  record Values(
      @Nullable Object @Nullable [] values,
      Map<String, Object> unknown,
      @Nullable DecodeException failure) {
    /** A row that begins with these values. */
    @Nullable Object[] copyOrElse(EventAssembler events) {
      return values == null ? events.newValues() : values.clone();
    }

    /** The value of the column for unknown fields: those of the event, then these. */
    @Nullable Object withUnknown(@Nullable Object ofEvent) {
      if (unknown.isEmpty()) {
        return ofEvent;
      }
      if (ofEvent instanceof Map<?, ?> map) {
        Map<Object, Object> all = new LinkedHashMap<>(map);
        unknown.forEach(
            (name, fields) ->
                ((Map<?, ?>) fields).forEach((path, value) -> all.put(name + "." + path, value)));
        return all;
      }
      RowBuffer json = new RowBuffer(256);
      json.writeByte('{');
      if (ofEvent instanceof Utf8Slice slice) {
        // Without its braces
        json.writeRaw(slice.bytes(), slice.from() + 1, slice.length() - 2);
      }
      for (Map.Entry<String, Object> object : unknown.entrySet()) {
        if (json.size() > 1) {
          json.writeByte(',');
        }
        json.writeByte('"');
        byte[] name = JsonStringEncoder.getInstance().quoteAsUTF8(object.getKey());
        json.writeRaw(name, 0, name.length);
        json.writeByte('"');
        json.writeByte(':');
        Utf8Slice fields = (Utf8Slice) object.getValue();
        json.writeRaw(fields.bytes(), fields.from(), fields.length());
      }
      json.writeByte('}');
      byte[] bytes = json.toByteArray();
      return new Utf8Slice(bytes, 0, bytes.length);
    }
  }
}
