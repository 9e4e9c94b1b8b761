package io.millrace.decode.otlp;

import java.util.Arrays;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Where in a message the values are that become JSON: those of fields that are not declared, or
 * declared as JSON, and fields that OpenTelemetry's protocol does not know here. They are written
 * when all of the message is read, because the parts of an array may be anywhere in it. Not
 * thread-safe.
 */
final class Notes {
  private static final int LOOKED_BACK = 8;

  private @Nullable Target[] targets = new @Nullable Target[16];
  private int[] from = new int[16];
  private int[] to = new int[16];
  private int size;
  private String[] messages = {};
  private int[] otherFrom = {};
  private int[] otherTo = {};
  private int others;
  private boolean unsorted;

  void clear() {
    size = 0;
    others = 0;
    unsorted = false;
  }

  /** Forgets the values that were noted since there were so many. */
  void truncate(int values) {
    size = values;
  }

  /** Forgets the fields that the protocol does not know since there were so many. */
  void truncateOthers(int fields) {
    others = fields;
  }

  /** Notes the value of a field. */
  void add(Target target, int valueFrom, int valueTo) {
    if (size == targets.length) {
      targets = Arrays.copyOf(targets, 2 * size);
      from = Arrays.copyOf(from, 2 * size);
      to = Arrays.copyOf(to, 2 * size);
    }
    unsorted |= size > 0 && target(size - 1).order > target.order;
    targets[size] = target;
    from[size] = valueFrom;
    to[size] = valueTo;
    size++;
  }

  /** Notes fields of a message that the protocol does not know, with their tags. */
  void addOther(String message, int fieldFrom, int fieldTo) {
    // A value that is looked at twice
    for (int i = others - 1; i >= Math.max(0, others - LOOKED_BACK); i--) {
      if (otherFrom[i] <= fieldFrom && fieldFrom < otherTo[i]) {
        return;
      }
    }
    if (others > 0 && messages[others - 1].equals(message) && otherTo[others - 1] == fieldFrom) {
      otherTo[others - 1] = fieldTo;
      return;
    }
    if (others == messages.length) {
      int length = Math.max(4, 2 * others);
      messages = Arrays.copyOf(messages, length);
      otherFrom = Arrays.copyOf(otherFrom, length);
      otherTo = Arrays.copyOf(otherTo, length);
    }
    messages[others] = message;
    otherFrom[others] = fieldFrom;
    otherTo[others] = fieldTo;
    others++;
  }

  /** Puts the values of one field side by side, in the order in which they came. */
  void sort() {
    if (!unsorted) {
      return;
    }
    Integer[] places = new Integer[size];
    for (int i = 0; i < size; i++) {
      places[i] = i;
    }
    Arrays.sort(places, (a, b) -> Integer.compare(target(a).order, target(b).order));
    @Nullable Target[] oldTargets = targets.clone();
    int[] oldFrom = from.clone();
    int[] oldTo = to.clone();
    for (int i = 0; i < size; i++) {
      targets[i] = oldTargets[places[i]];
      from[i] = oldFrom[places[i]];
      to[i] = oldTo[places[i]];
    }
    unsorted = false;
  }

  int size() {
    return size;
  }

  Target target(int i) {
    Target target = targets[i];
    if (target == null) {
      throw new IllegalStateException("no note " + i);
    }
    return target;
  }

  int from(int i) {
    return from[i];
  }

  int to(int i) {
    return to[i];
  }

  int others() {
    return others;
  }

  String message(int i) {
    return messages[i];
  }

  int otherFrom(int i) {
    return otherFrom[i];
  }

  int otherTo(int i) {
    return otherTo[i];
  }

  /** The first note behind one that is of another field. */
  @SuppressWarnings("ReferenceEquality") // a field has one target
  int endOfGroup(int i) {
    int last = i;
    while (last < size && target(last) == target(i)) {
      last++;
    }
    return last;
  }
}
