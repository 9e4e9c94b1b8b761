package io.millrace.redact;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.decode.DecodeException;
import io.millrace.decode.json.JsonScan;
import io.millrace.decode.json.UnescapeString;
import io.millrace.event.Utf8Slice;
import io.millrace.text.ByteScan;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Redacts one JSON value in a pass over its bytes: finds what the rules replace, and leaves every
 * other byte as it is. The result is valid JSON if the bytes were. Not thread-safe.
 *
 * <p>A value that stands where a rule expects an object or an array is treated as the value that
 * the rule is about. Costs about a nanosecond a byte, and more for texts that patterns examine.
 */
final class JsonEditor {
  private static final byte[] NOTHING = {};
  private static final byte[] NULL = {'n', 'u', 'l', 'l'};

  private final TextPatterns patterns;
  private final JsonScan scan = new JsonScan();
  private final JsonEdits edits = new JsonEdits();
  private byte[] bytes = NOTHING;
  private boolean removed;

  /** Whether a pattern may match anywhere in the value. */
  private boolean examines;

  /** Whether the value identifies events, so that patterns only hash what they find. */
  private boolean hashed;

  JsonEditor(TextPatterns patterns) {
    this.patterns = patterns;
  }

  /**
   * Finds the replacements in an object, an array or a string.
   *
   * @param from where the value begins
   * @param to where the bytes of the value end
   * @return valid until the next call
   * @throws DecodeException if the bytes are no JSON, in which nothing can be found
   */
  JsonEdits edit(byte[] json, int from, int to, @Nullable PathNode node) throws DecodeException {
    bytes = json;
    edits.clear();
    scan.open(json, to);
    int start = scan.space(from);
    if (json[start] != '{' && json[start] != '[' && json[start] != '"') {
      throw JsonScan.malformed(start);
    }
    removed = false;
    hashed = false;
    examines = patterns.mayMatch(json, from, to);
    int end = value(node, start);
    if (removed) {
      edits.clear();
      edits.add(start, end, NULL.clone());
    }
    for (int at = end; at < to; at++) {
      if (json[at] > ' ') {
        throw JsonScan.malformed(at);
      }
    }
    return edits;
  }

  @SuppressWarnings("ReferenceEquality") // A place may be below itself.
  private int value(@Nullable PathNode node, int at) throws DecodeException {
    if (node == null && !examines) {
      return scan.value(at);
    }
    byte first = bytes[at];
    TextAction action = node == null ? null : node.action();
    boolean isContainer = first == '{' || first == '[';
    if (action == null && node != null && node.below() != null) {
      boolean fits = first == '{' || first == 'n' || (first == '[' && node.any() != null);
      action = fits ? null : node.below();
    }
    if (action != null) {
      FieldDefinition field = node == null ? null : node.field();
      if (node != null && node.isEach() && field != null && isContainer && !action.removes()) {
        PathNode each = node.any() == node ? node : PathNode.each(action, field);
        return first == '{' ? object(each, at) : array(each, at);
      }
      int end = scan.value(at);
      replace(action, field == null ? null : field.type(), at, end);
      return end;
    }
    if (isContainer) {
      boolean outer = hashed;
      hashed |= node != null && node.identifies();
      int end = first == '{' ? object(node, at) : array(node, at);
      hashed = outer;
      return end;
    }
    int end = scan.value(at);
    if (examines) {
      String unused = examine(node, at, end);
    }
    return end;
  }

  /** Applies a rule to the value in a range; a null has nothing to redact. */
  private void replace(TextAction action, @Nullable FieldType type, int from, int to)
      throws DecodeException {
    if (action.removes()) {
      action.note();
      removed = true;
      return;
    } else if (bytes[from] == 'n') {
      return;
    }
    boolean string = bytes[from] == '"';
    if (!string) {
      add(from, to, action.applyAs(type, bytes, from, to), true);
      return;
    }
    if (!hasEscape(from + 1, to - 1)) {
      add(from + 1, to - 1, action.applyAs(type, bytes, from + 1, to - 1), false);
    } else {
      Utf8Slice text = unescaped(from + 1);
      byte[] result = action.applyAs(type, text.bytes(), text.from(), text.from() + text.length());
      add(from + 1, to - 1, result, false);
    }
  }

  /** Replaces a range by a text as JSON. */
  private void add(int from, int to, byte[] text, boolean quoted) {
    byte[] json = escaped(text);
    if (quoted) {
      byte[] string = new byte[json.length + 2];
      string[0] = '"';
      System.arraycopy(json, 0, string, 1, json.length);
      string[string.length - 1] = '"';
      json = string;
    }
    if (!Arrays.equals(bytes, from, to, json, 0, json.length)) {
      edits.add(from, to, json);
    }
  }

  private static byte[] escaped(byte[] text) {
    return ByteScan.quoteBackslashOrControl(text, 0, text.length) == text.length
        ? text
        : JsonStringEncoder.getInstance().quoteAsUTF8(new String(text, UTF_8));
  }

  /** Applies the patterns to a string or number; gives what stands for it, null if it stays. */
  private @Nullable String examine(@Nullable PathNode node, int from, int to)
      throws DecodeException {
    byte first = bytes[from];
    boolean string = first == '"';
    boolean number = first == '-' || (first >= '0' && first <= '9');
    if ((!string && !number) || !patterns.mayMatch(bytes, from, to)) {
      return null;
    }
    String text;
    if (number) {
      text = new String(bytes, from, to - from, UTF_8);
    } else if (hasEscape(from + 1, to - 1)) {
      text = unescaped(from + 1).toString();
    } else {
      text = new String(bytes, from + 1, to - from - 2, UTF_8);
    }
    FieldDefinition field = node == null ? null : node.field();
    if (field != null && DeclaredValues.isOf(field, text, number)) {
      return null;
    }
    String result = patterns.apply(text, hashed || (node != null && node.identifies()));
    if (result.equals(text)) {
      return null;
    }
    add(string ? from + 1 : from, string ? to - 1 : to, result.getBytes(UTF_8), number);
    return result;
  }

  /** Applies the patterns to a key, and keeps it distinct from other keys of its object. */
  private Set<String> examineKey(Set<String> before, int from, int to) throws DecodeException {
    String key = examine(null, from, to);
    if (key == null) {
      return before;
    }
    Set<String> keys = before.isEmpty() ? new HashSet<>() : before;
    String distinct = distinct(key, keys);
    if (!distinct.equals(key)) {
      edits.truncate(edits.count() - 1);
      add(from + 1, to - 1, distinct.getBytes(UTF_8), false);
    }
    return keys;
  }

  /** A key that is not among the redacted ones yet; adds it. */
  static String distinct(String key, Set<String> keys) {
    String distinct = key;
    for (int n = 2; !keys.add(distinct); n++) {
      distinct = key + "#" + n;
    }
    return distinct;
  }

  private boolean hasEscape(int from, int to) {
    return ByteScan.quoteOrBackslash(bytes, from, to) < to;
  }

  private Utf8Slice unescaped(int from) throws DecodeException {
    Utf8Slice text = UnescapeString.string(bytes, from);
    if (text == null) {
      throw JsonScan.malformed(from);
    }
    return text;
  }

  private int array(@Nullable PathNode node, int from) throws DecodeException {
    PathNode element = node == null ? null : node.any();
    if (element == null && !examines) {
      return scan.value(from);
    }
    int at = scan.space(from + 1);
    if (bytes[at] == ']') {
      return at + 1;
    }
    boolean kept = false;
    int comma = at;
    while (true) {
      int mark = edits.count();
      removed = false;
      int end = value(element, at);
      int next = scan.space(end);
      kept = take(kept, mark, comma, at, end, next);
      if (bytes[next] == ']') {
        removed = false;
        return next + 1;
      } else if (bytes[next] != ',') {
        throw JsonScan.malformed(next);
      }
      comma = next;
      at = scan.space(next + 1);
    }
  }

  private int object(@Nullable PathNode node, int from) throws DecodeException {
    int at = scan.space(from + 1);
    if (bytes[at] == '}') {
      return at + 1;
    }
    boolean kept = false;
    int comma = at;
    Set<String> redactedKeys = Set.of();
    while (true) {
      int keyEnd = scan.string(at);
      int colon = scan.space(keyEnd);
      if (bytes[colon] != ':') {
        throw JsonScan.malformed(colon);
      }
      int mark = edits.count();
      boolean escapes = hasEscape(at + 1, keyEnd - 1);
      PathNode child = node == null ? null : child(node, at, keyEnd, escapes);
      if (examines && (child == null || node == null || child == node.any())) {
        // A key that the contract does not name is a text of the event.
        redactedKeys = examineKey(redactedKeys, at, keyEnd);
      }
      removed = false;
      int end = value(child, scan.space(colon + 1));
      int next = scan.space(end);
      kept = take(kept, mark, comma, at, end, next);
      if (bytes[next] == '}') {
        removed = false;
        return next + 1;
      } else if (bytes[next] != ',') {
        throw JsonScan.malformed(next);
      }
      comma = next;
      at = scan.space(next + 1);
    }
  }

  private @Nullable PathNode child(PathNode node, int quote, int end, boolean escapes)
      throws DecodeException {
    if (!escapes) {
      return node.child(bytes, quote + 1, end - 1);
    }
    Utf8Slice key = unescaped(quote + 1);
    return node.child(key.bytes(), key.from(), key.from() + key.length());
  }

  /**
   * Removes a member or an element with one comma, if a rule says so.
   *
   * @param kept whether one before it stays
   * @param mark the number of replacements before it
   * @return whether it or one before it stays
   */
  private boolean take(boolean kept, int mark, int comma, int from, int to, int next)
      throws DecodeException {
    if (!removed) {
      return true;
    }
    edits.truncate(mark);
    if (kept) {
      edits.add(comma, to, NOTHING);
    } else {
      edits.add(from, bytes[next] == ',' ? scan.space(next + 1) : to, NOTHING);
    }
    return kept;
  }
}
