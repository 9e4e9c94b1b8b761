package io.millrace.decode.otlp;

import io.millrace.contract.Contract;
import io.millrace.contract.FieldType;
import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.Utf8Slice;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.apache.commons.codec.digest.MurmurHash3;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Adds the values that no field of an element holds: the time of a log record that has none but
 * when it was observed, the duration of a span, and the hash of an element with what is around it.
 * Not thread-safe.
 */
final class Derived {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final int HASH_BYTES = 4 * Long.BYTES;
  private static final int DIGITS = 32;
  private static final int DIGIT_BITS = 4;

  private final MessageReader reader;
  private final int observedIndex;
  private final boolean observedAsInstant;
  private final int durationIndex;
  private final int hashIndex;
  private final byte[] hashed = new byte[HASH_BYTES];

  Derived(Contract contract, Signal signal, MessageReader reader) {
    this.reader = reader;
    int time = signal == Signal.LOGS ? Paths.indexOf(contract, "time") : -1;
    FieldType type = time < 0 ? FieldType.TEXT : contract.fields().get(time).type();
    this.observedAsInstant = type == FieldType.TIMESTAMP;
    this.observedIndex = observedAsInstant || type == FieldType.INT64 ? time : -1;
    this.durationIndex = signal == Signal.TRACES ? Paths.indexOf(contract, "duration") : -1;
    this.hashIndex = Paths.indexOf(contract, "hash");
  }

  /** Adds them for the element that the reader has read. */
  void add(@Nullable Object[] values, Context.Decoded around, byte[] element)
      throws DecodeException {
    if (observedIndex >= 0 && reader.time() == 0 && reader.otherTime() != 0) {
      values[observedIndex] =
          observedAsInstant
              ? MessageReader.instant(reader.otherTime(), "observed_time")
              : (Object) reader.otherTime();
    }
    if (durationIndex >= 0 && reader.otherTime() != 0) {
      if (reader.time() < 0 || reader.otherTime() < 0) {
        throw new DecodeException(
            DeadLetterCode.NUMBER_OVERFLOW, "duration: expected an integer of 64 bits");
      }
      values[durationIndex] = reader.otherTime() - reader.time();
    }
    if (hashIndex >= 0) {
      values[hashIndex] = hash(around, element);
    }
  }

  private Utf8Slice hash(Context.Decoded around, byte[] element) {
    long[] own = MurmurHash3.hash128x64(element, 0, element.length, 0);
    LONGS.set(hashed, 0, around.high());
    LONGS.set(hashed, Long.BYTES, around.low());
    LONGS.set(hashed, 2 * Long.BYTES, own[0]);
    LONGS.set(hashed, 3 * Long.BYTES, own[1]);
    long[] hash = MurmurHash3.hash128x64(hashed, 0, HASH_BYTES, 0);
    byte[] digits = new byte[DIGITS];
    for (int i = 0; i < DIGITS; i++) {
      long half = hash[i / (DIGITS / 2)];
      int digit = (int) (half >>> (Long.SIZE - DIGIT_BITS * (i % (DIGITS / 2) + 1))) & 0xf;
      digits[i] = (byte) (digit < 10 ? '0' + digit : 'a' + digit - 10);
    }
    return new Utf8Slice(digits, 0, DIGITS);
  }
}
