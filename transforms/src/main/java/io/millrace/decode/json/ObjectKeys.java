package io.millrace.decode.json;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
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

    /** The key as UTF-8. */
    private final byte[] utf8;

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
      this.utf8 = key.getBytes(StandardCharsets.UTF_8);
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

  /** The same members by the hashes of their keys' bytes. */
  private final @Nullable Member[] byBytes;

  private ObjectKeys(String path, Map<String, Member> members) {
    this.path = path;
    this.tolerant = members.values().stream().allMatch(Member::isTolerant);
    // At most a quarter full: a miss, that is an unknown key, is mostly told at the first look.
    this.table = new @Nullable Member[Integer.highestOneBit(Math.max(members.size(), 1)) * 8];
    this.byBytes = new @Nullable Member[table.length];
    for (Member member : members.values()) {
      put(table, slot(member.key), member);
      // A lone surrogate is no UTF-8: as bytes it would be a question mark, which is another key.
      if (!SyntaxErrors.hasLoneSurrogate(member.key)) {
        put(byBytes, slot(QuickKeys.hash(member.utf8, 0, member.utf8.length)), member);
      }
    }
  }

  private static void put(@Nullable Member[] members, int first, Member member) {
    int slot = first;
    while (members[slot] != null) {
      slot = (slot + 1) & (members.length - 1);
    }
    members[slot] = member;
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

  /** The member under the key that is current; null if the contract does not declare it here. */
  @Nullable Member find(QuickKeys key, byte[] bytes) {
    for (int slot = slot(key.hash()); ; slot = (slot + 1) & (byBytes.length - 1)) {
      Member member = byBytes[slot];
      if (member == null
          || Arrays.equals(member.utf8, 0, member.utf8.length, bytes, key.from(), key.to())) {
        return member;
      }
    }
  }

  private int slot(String key) {
    return slot(key.hashCode());
  }

  private int slot(int hash) {
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
