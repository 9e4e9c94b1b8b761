package io.millrace.io;

import java.util.List;
import org.apache.beam.sdk.transforms.SerializableFunction;

/**
 * What elements of a sink's input hold: events come in groups, everything else comes alone.
 *
 * <p>These are lambdas of generic methods. Of equal method references in one class, such as {@code
 * List::of} for two types, javac deserializes one for both, which casts to the wrong type.
 */
public final class ElementContents {
  private ElementContents() {}

  /** What a group holds. */
  public static <T> SerializableFunction<List<T>, List<T>> group() {
    return group -> group;
  }

  /** An element that comes alone. */
  public static <T> SerializableFunction<T, List<T>> alone() {
    return element -> List.of(element);
  }
}
