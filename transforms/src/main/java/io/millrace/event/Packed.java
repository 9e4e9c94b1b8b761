package io.millrace.event;

import java.io.Serializable;
import org.apache.beam.sdk.util.SerializableUtils;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A value that is serialized once. Some runners serialize a step and its coders again for every
 * bundle (the DirectRunner four times); a step that holds its configuration packed costs them a
 * copy of bytes instead of a walk through hundreds of objects. Two are equal if their values are:
 * the bytes of equal values may differ (every schema holds a random id).
 */
public final class Packed<T extends Serializable> implements Serializable {
  private static final long serialVersionUID = 1L;

  private final byte[] bytes;
  private transient volatile @Nullable T value;

  private Packed(byte[] bytes, T value) {
    this.bytes = bytes;
    this.value = value;
  }

  /** Packs a value, which must not change from here on. */
  public static <T extends Serializable> Packed<T> of(T value) {
    return new Packed<>(SerializableUtils.serializeToByteArray(value), value);
  }

  /** The value, unpacked when it is first asked for. */
  @SuppressWarnings("unchecked") // the bytes were made from a T
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
