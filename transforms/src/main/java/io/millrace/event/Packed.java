package io.millrace.event;

import java.io.Serializable;
import org.apache.beam.sdk.util.SerializableUtils;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A value that is serialized only once. Some runners serialize a step and its coders for every
 * bundle, the DirectRunner even four times. For a packed configuration they copy bytes instead of
 * traversing hundreds of objects.
 *
 * <p>Equality compares the values. The bytes of equal values may differ: every schema has a random
 * id.
 */
public final class Packed<T extends Serializable> implements Serializable {
  private static final long serialVersionUID = 1L;

  private final byte[] bytes;
  private transient volatile @Nullable T value;

  private Packed(byte[] bytes, T value) {
    this.bytes = bytes;
    this.value = value;
  }

  /** Packs a value, which must not change afterwards. */
  public static <T extends Serializable> Packed<T> of(T value) {
    return new Packed<>(SerializableUtils.serializeToByteArray(value), value);
  }

  /** The value; deserialized on first use. */
  @SuppressWarnings("unchecked") // the bytes are those of a T
  public T get() {
    T unpacked = value;
    if (unpacked == null) {
      unpacked = (T) SerializableUtils.deserializeFromByteArray(bytes, "packed value");
      value = unpacked;
    }
    return unpacked;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Packed<?> that && get().equals(that.get());
  }

  @Override
  public int hashCode() {
    return get().hashCode();
  }
}
