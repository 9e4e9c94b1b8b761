package io.millrace.redact;

import java.util.HashSet;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The place of a dotted path such as {@code items[3].note}, as the map of unknown fields names it.
 * A key of the event may itself hold dots, brackets or a number sign, so a path may lead to several
 * places: the one that a rule is about counts.
 */
final class DottedPlace {
  /** More parts than any path of a contract needs; the keys of a longer path end at each dot. */
  private static final int MOST_PARTS = 64;

  private final String path;
  private final Set<Visit> visited = new HashSet<>();

  private record Visit(PathNode node, int from) {}

  private DottedPlace(String path) {
    this.path = path;
  }

  /**
   * The place below a node.
   *
   * @return null if nothing is known of it
   */
  static @Nullable PathNode of(PathNode node, String path) {
    if (node.action() != null) {
      return node;
    }
    int number = path.lastIndexOf('#');
    PathNode place = new DottedPlace(path).under(node, 0);
    if (number <= 0 || isRuled(place)) {
      return place;
    }
    // The number that tells two equal paths apart
    PathNode numbered = new DottedPlace(path.substring(0, number)).under(node, 0);
    return place == null || isRuled(numbered) ? numbered : place;
  }

  private static boolean isRuled(@Nullable PathNode place) {
    return place != null && (place.action() != null || place.below() != null);
  }

  private @Nullable PathNode under(PathNode node, int from) {
    if (!visited.add(new Visit(node, from))) {
      return null;
    }
    PathNode first = null;
    int parts = 0;
    for (int end = end(from); ; end = end(end + 1)) {
      PathNode child = node.child(path.substring(from, end));
      PathNode place = child == null ? null : behind(child, end);
      if (isRuled(place)) {
        return place;
      }
      first = first == null ? place : first;
      if (end == path.length() || ++parts == MOST_PARTS) {
        return first;
      }
    }
  }

  /** Where a key may end: at the next dot or bracket, or at the end. */
  private int end(int from) {
    int at = from;
    while (at < path.length() && path.charAt(at) != '.' && path.charAt(at) != '[') {
      at++;
    }
    return at;
  }

  /** What the rest of the path leads to from a place. */
  private @Nullable PathNode behind(PathNode node, int at) {
    if (at == path.length() || node.action() != null) {
      return node;
    }
    if (path.charAt(at) == '.') {
      return under(node, at + 1);
    }
    int close = path.indexOf(']', at);
    PathNode element = node.any();
    return close < 0 || element == null ? null : behind(element, close + 1);
  }
}
