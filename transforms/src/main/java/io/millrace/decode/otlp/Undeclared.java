package io.millrace.decode.otlp;

import io.millrace.decode.DecodeException;
import io.millrace.event.RowBuffer;
import io.millrace.event.Utf8Slice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Writes what was noted of a message: the values of fields that are declared as JSON, and the
 * fields that are not declared, as members of the JSON object for unknown fields or as a map. Under
 * {@code unknown_MESSAGE} stand the fields that OpenTelemetry's protocol does not know: of
 * protobuf, their bytes in base64, of JSON, an object. Not thread-safe.
 */
final class Undeclared {
  private static final String OTHERS = "unknown_";

  private final WireReader in;
  private final Notes notes;
  private final JsonText json;
  private final boolean asMap;
  private final RowBuffer members = new RowBuffer(512);
  private final RowBuffer scratch = new RowBuffer(512);
  private final List<String> open = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();
  private Map<String, String> map = Map.of();

  Undeclared(WireReader in, Notes notes, JsonText json, boolean asMap) {
    this.in = in;
    this.notes = notes;
    this.json = json;
    this.asMap = asMap;
  }

  /** The members of a JSON object, without its braces; empty if nothing was left over. */
  RowBuffer members() {
    return members;
  }

  /** The same as a map. */
  Map<String, String> map() {
    return map;
  }

  /**
   * Writes what was noted.
   *
   * @param prefix the path of the message in a contract; empty for the top
   * @param values gets the values of fields that are declared as JSON
   * @param isJson whether the message was made of JSON
   */
  void write(String prefix, @Nullable Object[] values, boolean isJson) throws DecodeException {
    members.clear();
    map = Map.of();
    if (notes.size() == 0 && notes.others() == 0) {
      return;
    }
    open.clear();
    notes.sort();
    for (int i = 0; i < notes.size(); ) {
      int to = notes.endOfGroup(i);
      Target target = notes.target(i);
      if (target.asJson) {
        scratch.clear();
        group(scratch, target, i, to);
        byte[] text = scratch.toByteArray();
        values[target.index] = new Utf8Slice(text, 0, text.length);
      } else if (!isEmpty(target, i, to)) {
        if (asMap) {
          put(target, i, to);
        } else {
          openTo(target.path, target.path.size() - 1);
          JsonText.separate(members);
          JsonText.name(members, target.path.get(target.path.size() - 1));
          group(members, target, i, to);
        }
      }
      i = to;
    }
    if (notes.others() > 0) {
      others(prefix, isJson);
    }
    openTo(List.of(), 0);
  }

  /** Whether the elements of a declared array hold no more than what is declared of them. */
  private boolean isEmpty(Target target, int from, int to) throws DecodeException {
    Plan plan = target.nested;
    if (plan == null || target.field.kind() != Kind.MESSAGES) {
      return false;
    }
    for (int i = from; i < to; i++) {
      in.seek(notes.from(i), notes.to(i));
      while (in.hasNext()) {
        int tag = in.tag();
        in.skip(WireReader.type(tag));
        Target member = plan.target(WireReader.number(tag));
        if (member != null && !member.isDeclared()) {
          return false;
        }
      }
    }
    return true;
  }

  private void group(RowBuffer out, Target target, int from, int to) throws DecodeException {
    switch (target.field.kind()) {
      case ATTRIBUTES -> {
        out.writeByte('{');
        seen.clear();
        for (int i = from; i < to; i++) {
          json.attribute(out, target.dotted, notes.from(i), notes.to(i), seen);
        }
        out.writeByte('}');
      }
      case MESSAGES -> {
        out.writeByte('[');
        Plan declared = target.nested;
        for (int i = from; i < to; i++) {
          JsonText.separate(out);
          if (declared == null) {
            json.value(out, target.field, target.dotted, notes.from(i), notes.to(i));
          } else {
            json.undeclared(out, declared, target.dotted, notes.from(i), notes.to(i));
          }
        }
        out.writeByte(']');
      }
      case FIXED64S, UINT64S, DOUBLES -> {
        out.writeByte('[');
        for (int i = from; i < to; i++) {
          json.numbers(out, target.field, notes.from(i), notes.to(i));
        }
        out.writeByte(']');
      }
      default -> json.value(out, target.field, target.dotted, notes.from(from), notes.to(from));
    }
  }

  /** Closes and opens objects, so that the next member is one of the object with a path. */
  private void openTo(List<String> path, int depth) {
    int common = 0;
    while (common < depth && common < open.size() && open.get(common).equals(path.get(common))) {
      common++;
    }
    for (int i = open.size(); i > common; i--) {
      members.writeByte('}');
      open.remove(i - 1);
    }
    for (int i = common; i < depth; i++) {
      JsonText.separate(members);
      JsonText.name(members, path.get(i));
      members.writeByte('{');
      open.add(path.get(i));
    }
  }

  private void others(String prefix, boolean isJson) throws DecodeException {
    List<String> path = prefix.isEmpty() ? List.of() : List.of(prefix);
    Set<String> written = new HashSet<>();
    for (int i = 0; i < notes.others(); i++) {
      String message = notes.message(i);
      if (!written.add(message)) {
        continue;
      }
      RowBuffer out = members;
      if (asMap) {
        out = scratch;
        out.clear();
      } else {
        openTo(path, path.size());
        JsonText.separate(out);
        JsonText.name(out, OTHERS + message);
      }
      out.writeByte('[');
      for (int k = i; k < notes.others(); k++) {
        if (notes.message(k).equals(message)) {
          JsonText.separate(out);
          other(out, notes.otherFrom(k), notes.otherTo(k), isJson);
        }
      }
      out.writeByte(']');
      if (asMap) {
        put((prefix.isEmpty() ? "" : prefix + ".") + OTHERS + message, text(scratch));
      }
    }
  }

  private void other(RowBuffer out, int from, int to, boolean isJson) throws DecodeException {
    if (isJson) {
      in.seek(from, to);
      if (WireReader.number(in.tag()) == Message.JSON_MEMBERS) {
        int length = in.length();
        out.writeRaw(in.bytes(), in.position(), length);
        return;
      }
    }
    JsonText.base64(out, in.bytes(), from, to);
  }

  private void put(Target target, int from, int to) throws DecodeException {
    if (target.field.kind() == Kind.ATTRIBUTES) {
      for (int i = from; i < to; i++) {
        KeyValue pair = KeyValue.read(in, notes, target.dotted, notes.from(i), notes.to(i));
        String key = json.key(target.dotted, pair);
        String text = json.text(target.dotted, pair.valueFrom(), pair.valueTo());
        if (!put(target.dotted + "." + key, text)) {
          throw Numbers.twice(target.dotted);
        }
      }
      return;
    }
    scratch.clear();
    group(scratch, target, from, to);
    String text = text(scratch);
    if (target.field.kind() == Kind.TEXT) {
      text =
          new String(
              in.bytes(),
              notes.from(from),
              notes.to(from) - notes.from(from),
              StandardCharsets.UTF_8);
    } else if (target.field.kind() == Kind.ANY) {
      text = json.text(target.dotted, notes.from(from), notes.to(from));
    } else if (text.startsWith("\"")) {
      text = text.substring(1, text.length() - 1);
    }
    put(target.dotted, text);
  }

  private boolean put(String path, String text) {
    if (map.isEmpty()) {
      map = new LinkedHashMap<>();
    }
    return map.put(path, text) == null;
  }

  private static String text(RowBuffer json) {
    return new String(json.toByteArray(), StandardCharsets.UTF_8);
  }
}
