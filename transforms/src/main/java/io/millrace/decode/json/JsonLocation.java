package io.millrace.decode.json;

import io.millrace.decode.json.ObjectKeys.Member;
import java.util.Arrays;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Where in the event decoding stands: the declared objects and arrays that are open around it. Told
 * in messages, and needed to keep unknown fields under the keys they came with.
 */
final class JsonLocation {
  private @Nullable Member[] members = new @Nullable Member[8];
  private int[] elements = new int[8];
  private int depth;

  void clear() {
    depth = 0;
  }

  /** How many declared objects and arrays are open. */
  int depth() {
    return depth;
  }

  void enter(Member member) {
    if (depth == members.length) {
      members = Arrays.copyOf(members, 2 * depth);
      elements = Arrays.copyOf(elements, 2 * depth);
    }
    members[depth] = member;
    elements[depth] = 0;
    depth++;
  }

  void leave() {
    depth--;
  }

  /** Goes back to where so many declared objects and arrays were open. */
  void leaveTo(int outerDepth) {
    depth = outerDepth;
  }

  /** Moves on to the next element of the innermost array. */
  void nextElement() {
    elements[depth - 1]++;
  }

  /** The member at a level, 0 being the outermost. */
  Member member(int level) {
    Member member = members[level];
    if (member == null) {
      throw new IllegalStateException("no such level");
    }
    return member;
  }

  /** Whether the member at a level is an array. */
  boolean isArray(int level) {
    return member(level).field != null;
  }

  /** Which element of the array at a level is being decoded, from 0 on. */
  int element(int level) {
    return elements[level];
  }

  /** Whether the array at a level is an element of the array above it. */
  @SuppressWarnings("ReferenceEquality") // Each member is one instance.
  private boolean isInArray(int level) {
    return level > 0 && isArray(level) && member(level) == member(level - 1);
  }

  /** A path from the innermost record, told from the top of the event. */
  String describe(String path) {
    StringBuilder text = new StringBuilder();
    for (int level = 0; level < depth; level++) {
      FieldPlan field = member(level).field;
      if (field != null) {
        if (!isInArray(level)) {
          separate(text).append(field.path);
        }
        text.append('[').append(element(level)).append(']');
      }
    }
    return path.isEmpty() ? text.toString() : separate(text).append(path).toString();
  }

  /** The dotted path of a key, with every key and index above it. */
  String dotted(String key) {
    StringBuilder text = new StringBuilder();
    for (int level = 0; level < depth; level++) {
      separate(text).append(member(level).key);
      if (isArray(level)) {
        text.append('[').append(element(level)).append(']');
      }
    }
    return separate(text).append(key).toString();
  }

  private static StringBuilder separate(StringBuilder text) {
    return text.length() == 0 ? text : text.append('.');
  }
}
