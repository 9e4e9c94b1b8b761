package io.millrace.alert;

import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A result of a window as a state holds it. Most results are read from the state and written back
 * without being judged, so that the values are decoded on first use only. Not thread-safe.
 *
 * @param <R> the type of results
 */
final class StoredResult<R> {
  /** The form of results in bytes, which must not change, and which of two is the later one. */
  interface Form<R> {
    byte[] bytes(R result);

    R result(byte[] bytes);

    /** How many events a result counts: the greater of two is the later. */
    long events(R result);
  }

  private final Form<R> form;
  private final byte[] bytes;
  private @Nullable R result;

  private StoredResult(Form<R> form, byte[] bytes, @Nullable R result) {
    this.form = form;
    this.bytes = bytes;
    this.result = result;
  }

  static <R> StoredResult<R> of(Form<R> form, byte[] bytes) {
    return new StoredResult<>(form, bytes, null);
  }

  static <R> StoredResult<R> of(Form<R> form, R result) {
    return new StoredResult<>(form, form.bytes(result), result);
  }

  /** The bytes, which must not be changed. */
  byte[] bytes() {
    return bytes;
  }

  R result() {
    R decoded = result;
    if (decoded == null) {
      decoded = form.result(bytes);
      result = decoded;
    }
    return decoded;
  }

  long events() {
    return form.events(result());
  }
}
