package io.millrace.cli.deadletters;

import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Joins dead letters that were sent in parts. The parts of one are in one partition, in order; if
 * they had to be made smaller, the first ones are useless and others of another total follow. Keeps
 * the parts of those that are not complete. Not thread-safe.
 */
final class MessageParts {
  private final Map<String, Pending> pending = new HashMap<>();

  private static final class Pending {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int total;
    int next = 1;
  }

  /**
   * Adds a part.
   *
   * @param id the dead letter's
   * @param part its number and that of all parts, as {@code 2/3}
   * @return the line, if it is complete; null if parts are missing
   * @throws IllegalArgumentException in one line, if {@code part} is not of that form
   */
  byte @Nullable [] add(String id, String part, byte[] bytes) {
    int slash = part.indexOf('/');
    int number;
    int total;
    try {
      number = Integer.parseInt(part.substring(0, Math.max(0, slash)));
      total = Integer.parseInt(part.substring(slash + 1));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("expected a part such as 2/3, found " + part, e);
    }
    Pending joined = pending.computeIfAbsent(id, key -> new Pending());
    if (number == 1) {
      joined.bytes.reset();
      joined.total = total;
      joined.next = 1;
    }
    // A part that was sent twice, or one of an attempt that was broken off
    if (total != joined.total || number != joined.next) {
      return null;
    }
    joined.bytes.writeBytes(bytes);
    joined.next++;
    if (number < total) {
      return null;
    }
    pending.remove(id);
    return joined.bytes.toByteArray();
  }

  /** How many dead letters lack parts. */
  int incomplete() {
    return pending.size();
  }
}
