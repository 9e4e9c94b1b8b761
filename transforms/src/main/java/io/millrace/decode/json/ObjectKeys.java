package io.millrace.decode.json;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/** One JSON object of which the contract declares keys: a hash table from key to {@link Member}. */
final class ObjectKeys {
  /** What stands under a declared key: fields, or an object that has fields further down. */
  static final class Member {
    final String key;

    /** Its number in the object, from 0 on. */
    final int number;

    /** The key as JSON: quoted and escaped. */
    final String json;

    /** The only field, which must hold what is sent; null if one of the following is not. */
    final @Nullable FieldPlan field;

    final @Nullable ObjectKeys object;

    /**
     * One member for each of several fields, or for a field that is null if its value is invalid;
     * empty for others.
     */
    final List<Member> readings;

    /** The parser's own instance of the key, which it gives again for every event. */
    private String canonical;

    private Member(
        String key,
        int number,
        @Nullable FieldPlan field,
        @Nullable ObjectKeys object,
        List<Member> readings) {
      this.key = key;
      this.canonical = key;
      this.number = number;
      this.json = '"' + new String(JsonStringEncoder.getInstance().quoteAsString(key)) + '"';
      this.field = field;
      this.object = object;
      this.readings = readings;
    }

    private static Member of(String key, int number, List<FieldPlan> fields) {
      List<Member> readings =
          fields.stream().map(field -> new Member(key, number, field, null, List.of())).toList();
      return fields.size() == 1 && !fields.get(0).nullIfInvalid
          ? readings.get(0)
          : new Member(key, number, null, null, readings);
    }

    private boolean isTolerant() {
      return object == null
          ? !readings.isEmpty()
              && readings.stream().allMatch(m -> m.field != null && m.field.nullIfInvalid)
          : object.tolerant;
    }

    @SuppressWarnings("ReferenceEquality") // mostly it is the same instance: nothing to compare
    private boolean is(String other) {
      if (other == canonical) {
        return true;
      }
      boolean equal = key.equals(other);
      if (equal) {
        canonical = other;
      }
      return equal;
    }
  }

  /** From the top of the event or of its record; empty at the top itself. */
  final String path;

  /** Whether every field in the object is null if its value is invalid. */
  final boolean tolerant;

  private final @Nullable Member[] table;

  private ObjectKeys(String path, Map<String, Member> members) {
    this.path = path;
    this.tolerant = members.values().stream().allMatch(Member::isTolerant);
    // At most a quarter full: a miss, that is an unknown key, is mostly told at the first look.
    this.table = new @Nullable Member[Integer.highestOneBit(Math.max(members.size(), 1)) * 8];
    for (Member member : members.values()) {
      int slot = slot(member.key);
      while (table[slot] != null) {
        slot = (slot + 1) & (table.length - 1);
      }
      table[slot] = member;
    }
  }

  /** The member under a key; null if the contract does not declare it here. */
  @Nullable Member find(String key) {
    for (int slot = slot(key); ; slot = (slot + 1) & (table.length - 1)) {
      Member member = table[slot];
      if (member == null || member.is(key)) {
        return member;
      }
    }
  }

  private int slot(String key) {
    int hash = key.hashCode();
    return (hash ^ (hash >>> 15)) & (table.length - 1);
  }

  /** Gathers the paths that begin with the same keys. */
  static final class Builder {
    private final String path;
    private final Map<String, List<FieldPlan>> fields = new LinkedHashMap<>();
    private final Map<String, Builder> objects = new LinkedHashMap<>();

    Builder(String path) {
      this.path = path;
    }

    void add(List<String> keys, FieldPlan field) {
      String key = keys.get(0);
      if (keys.size() == 1) {
        fields.computeIfAbsent(key, k -> new ArrayList<>()).add(field);
      } else {
        objects
            .computeIfAbsent(key, k -> new Builder(path.isEmpty() ? k : path + "." + k))
            .add(keys.subList(1, keys.size()), field);
      }
    }

    ObjectKeys build() {
      Map<String, Member> members = new LinkedHashMap<>();
      fields.forEach((key, plans) -> members.put(key, Member.of(key, members.size(), plans)));
      objects.forEach(
          (key, object) ->
              members.put(key, new Member(key, members.size(), null, object.build(), List.of())));
      return new ObjectKeys(path, members);
    }
  }
}
