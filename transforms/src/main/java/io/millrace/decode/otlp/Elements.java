package io.millrace.decode.otlp;

import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;
import java.util.Arrays;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The elements of one record, as ranges of its bytes, each with what is around it. */
final class Elements {
  private static final int KEPT = 1 << 12;

  private final int most;
  private @Nullable Context[] contexts = new @Nullable Context[64];
  private int[] from = new int[64];
  private int[] to = new int[64];
  private int size;
  private @Nullable Context latest;

  /**
   * An empty list.
   *
   * @param most a record with more elements is dead
   */
  Elements(int most) {
    this.most = most;
  }

  void clear() {
    if (contexts.length > KEPT) {
      contexts = new @Nullable Context[64];
      from = new int[64];
      to = new int[64];
    }
    Arrays.fill(contexts, 0, Math.min(size, contexts.length), null);
    size = 0;
    latest = null;
  }

  void add(Context context, int elementFrom, int elementTo) throws DecodeException {
    if (size == most) {
      throw new DecodeException(
          DeadLetterCode.TOO_LARGE, "expected at most " + most + " events in a record");
    }
    if (size == from.length) {
      contexts = Arrays.copyOf(contexts, 2 * size);
      from = Arrays.copyOf(from, 2 * size);
      to = Arrays.copyOf(to, 2 * size);
    }
    contexts[size] = context;
    from[size] = elementFrom;
    to[size] = elementTo;
    size++;
  }

  /** Notes an innermost level, which may hold no elements. */
  void innermost(Context context) {
    latest = context;
  }

  /** The innermost level that came last; null if there is none. */
  @Nullable Context innermost() {
    return latest;
  }

  int size() {
    return size;
  }

  Context context(int i) {
    Context context = contexts[i];
    if (context == null) {
      throw new IllegalStateException("no element " + i);
    }
    return context;
  }

  int from(int i) {
    return from[i];
  }

  int to(int i) {
    return to[i];
  }
}
