package io.millrace.redact;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.Redaction.Rule;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/** A place in an event: what is done there, and the places below it. Immutable. */
final class PathNode {
  /**
   * What is known of a place.
   *
   * @param action what a rule does there; null: no rule is about it
   * @param field what is declared there; null: nothing
   * @param identifies whether the value identifies events
   */
  record Entry(
      List<String> keys,
      @Nullable TextAction action,
      @Nullable FieldDefinition field,
      boolean identifies) {
    Entry below() {
      return new Entry(keys.subList(1, keys.size()), action, field, identifies);
    }
  }

  private static final byte[][] NO_KEYS = {};

  private final @Nullable TextAction action;
  private final @Nullable TextAction below;
  private final @Nullable FieldDefinition field;
  private final boolean identifies;
  private final byte[][] keys;
  private final PathNode[] children;
  private final @Nullable PathNode any;
  private final boolean anyIsThis;

  private PathNode(
      @Nullable TextAction action,
      @Nullable TextAction below,
      @Nullable FieldDefinition field,
      boolean identifies,
      byte[][] keys,
      PathNode[] children,
      @Nullable PathNode any,
      boolean anyIsThis) {
    this.action = action;
    this.below = below;
    this.field = field;
    this.identifies = identifies;
    this.keys = keys;
    this.children = children;
    this.any = any;
    this.anyIsThis = anyIsThis;
  }

  /** The place of each single value in an array or map, at any depth. */
  static PathNode each(TextAction action, FieldDefinition container) {
    FieldDefinition value = container;
    while (value.items() != null) {
      value = value.items();
    }
    return new PathNode(action, null, value, false, NO_KEYS, new PathNode[0], null, true);
  }

  /** The place that these entries begin at. Of two rules about a place, the first one counts. */
  static PathNode of(List<Entry> entries) {
    TextAction action = null;
    TextAction below = null;
    FieldDefinition field = null;
    boolean identifies = false;
    Set<String> names = new LinkedHashSet<>();
    for (Entry entry : entries) {
      if (entry.keys.isEmpty()) {
        action = action == null ? entry.action : action;
        field = field == null ? entry.field : field;
        identifies |= entry.identifies;
      } else {
        below = below == null ? entry.action : below;
        names.add(entry.keys.get(0));
      }
    }
    boolean hasAny = names.remove(Rule.ANY);
    List<byte[]> keys = new ArrayList<>();
    List<PathNode> children = new ArrayList<>();
    for (String name : names) {
      keys.add(name.getBytes(StandardCharsets.UTF_8));
      children.add(of(under(entries, name)));
    }
    return new PathNode(
        action,
        below,
        field,
        identifies,
        keys.toArray(NO_KEYS),
        children.toArray(PathNode[]::new),
        hasAny ? of(under(entries, Rule.ANY)) : null,
        false);
  }

  private static List<Entry> under(List<Entry> entries, String name) {
    List<Entry> under = new ArrayList<>();
    for (Entry entry : entries) {
      if (!entry.keys.isEmpty()
          && (entry.keys.get(0).equals(name) || entry.keys.get(0).equals(Rule.ANY))) {
        under.add(entry.below());
      }
    }
    return under;
  }

  /** What the first rule about this place does; null: there is none. */
  @Nullable TextAction action() {
    return action;
  }

  /** What the first rule about a place below does, for a value that has no places below. */
  @Nullable TextAction below() {
    return below;
  }

  /** The field that is declared here; null: none. */
  @Nullable FieldDefinition field() {
    return field;
  }

  /** The type that is declared here; null: none. */
  @Nullable FieldType type() {
    return field == null ? null : field.type();
  }

  /** Whether patterns only hash what they find here, because it identifies events. */
  boolean identifies() {
    return identifies;
  }

  /** Whether the rule is about each value of a declared array or map, not about the whole. */
  boolean isEach() {
    return anyIsThis || type() == FieldType.MAP || type() == FieldType.ARRAY;
  }

  /** The elements of an array here, and what is under keys without a place of their own. */
  @Nullable PathNode any() {
    return anyIsThis ? this : any;
  }

  /** The place under a key, without escapes; null: nothing is known of it. */
  @Nullable PathNode child(byte[] json, int from, int to) {
    int length = to - from;
    for (int i = 0; i < keys.length; i++) {
      byte[] key = keys[i];
      if (key.length == length
          && (length == 0 || key[length - 1] == json[to - 1])
          && Arrays.equals(key, 0, length, json, from, to)) {
        return children[i];
      }
    }
    return any();
  }

  @Nullable PathNode child(String name) {
    byte[] key = name.getBytes(StandardCharsets.UTF_8);
    return child(key, 0, key.length);
  }
}
