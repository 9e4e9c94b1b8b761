package io.millrace.clickhouse.columns;

import io.millrace.clickhouse.conversion.RowReader;
import io.millrace.event.RowBuffer;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * A column of type {@code LowCardinality}: a dictionary of the block's different values, and for
 * each value its number there. The dictionary begins as the server's own: with null if the type has
 * it, then the type's default.
 *
 * <p>Cost: a hash of the value's bytes, unless it equals the value before.
 */
final class DictionaryColumn implements Column {
  /** Dictionaries of their own, none shared between blocks; the only version that there is. */
  private static final long VERSION = 1;

  /** The block's dictionary has to be read, and replaces that of a block before. */
  private static final long OWN_KEYS = 0x600;

  /** How the numbers are encoded: in one, two or four bytes. */
  private static final int ONE_BYTE = 0;

  private static final int TWO_BYTES = 1;
  private static final int FOUR_BYTES = 2;

  private static final int FIRST_SLOTS = 256;
  private static final int SLOTS_A_KEY = 2;
  private static final int MULTIPLIER = 0x9E37_79B1;

  private final boolean nullable;

  /** Bytes of each value; negative: its length precedes it. */
  private final int width;

  private final RowBuffer keys = new RowBuffer(1024);
  private int[] keyEnds = new int[FIRST_SLOTS / SLOTS_A_KEY];
  private int keyCount;

  /** Numbers of keys by the hash of their bytes, each plus one; 0 is free. */
  private int[] slots = new int[FIRST_SLOTS];

  private final ColumnBytes numbers;
  private int count;
  private int last;

  DictionaryColumn(boolean nullable, int width, ChunkPool pool) {
    this.nullable = nullable;
    this.width = width;
    this.numbers = new ColumnBytes(pool);
    addFirstKeys();
  }

  private void addFirstKeys() {
    int bytes = width < 0 ? 1 : width;
    if (nullable) {
      // Not in the table of hashes, so that no value finds it.
      writeZeros(bytes);
      endKey();
    }
    int start = keys.size();
    writeZeros(bytes);
    slots[freeSlot(keys.bytes(), start, keys.size())] = keyCount + 1;
    endKey();
  }

  private void writeZeros(int bytes) {
    for (int i = 0; i < bytes; i++) {
      keys.writeByte(0);
    }
  }

  private void endKey() {
    if (keyCount == keyEnds.length) {
      keyEnds = Arrays.copyOf(keyEnds, keyCount * 2);
    }
    keyEnds[keyCount++] = keys.size();
  }

  @Override
  public void add(RowReader in) {
    if (nullable && in.readByte() != 0) {
      append(0);
      return;
    }
    int start = in.position();
    int length = width < 0 ? in.readVarInt() : width;
    append(number(in.bytes(), start, in.skip(length) + length));
  }

  private void append(int number) {
    numbers.writeInt(number);
    count++;
  }

  private int number(byte[] bytes, int from, int to) {
    if (isKey(last, bytes, from, to)) {
      return last;
    }
    int slot = freeSlot(bytes, from, to);
    if (slots[slot] == 0) {
      keys.writeRaw(bytes, from, to - from);
      endKey();
      slots[slot] = keyCount;
      last = keyCount - 1;
      if (keyCount * SLOTS_A_KEY > slots.length) {
        grow();
      }
    } else {
      last = slots[slot] - 1;
    }
    return last;
  }

  /** The slot of a value, or the free one where it belongs. */
  private int freeSlot(byte[] bytes, int from, int to) {
    int mask = slots.length - 1;
    int slot = hash(bytes, from, to) & mask;
    while (slots[slot] != 0 && !isKey(slots[slot] - 1, bytes, from, to)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private boolean isKey(int key, byte[] bytes, int from, int to) {
    return Arrays.equals(keys.bytes(), start(key), keyEnds[key], bytes, from, to)
        && !(nullable && key == 0);
  }

  private int start(int key) {
    return key == 0 ? 0 : keyEnds[key - 1];
  }

  private static int hash(byte[] bytes, int from, int to) {
    int hash = 1;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + bytes[i];
    }
    hash *= MULTIPLIER;
    return hash ^ (hash >>> 15);
  }

  private void grow() {
    slots = new int[slots.length * 2];
    for (int key = nullable ? 1 : 0; key < keyCount; key++) {
      slots[freeSlot(keys.bytes(), start(key), keyEnds[key])] = key + 1;
    }
  }

  /** The first key: null if the type has it, else the type's default. */
  @Override
  public void addDefault() {
    append(0);
  }

  @Override
  public void writePrefix(OutputStream out) throws IOException {
    writeLong(VERSION, out);
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    if (count == 0) {
      // An array without elements: the server writes and expects nothing.
      return;
    }
    int kind =
        keyCount <= 1 << Byte.SIZE
            ? ONE_BYTE
            : keyCount <= 1 << Short.SIZE ? TWO_BYTES : FOUR_BYTES;
    writeLong(kind | OWN_KEYS, out);
    writeLong(keyCount, out);
    keys.writeTo(out);
    writeLong(count, out);
    if (kind == FOUR_BYTES) {
      numbers.writeTo(out);
    } else {
      numbers.writeNarrow(kind == ONE_BYTE ? Byte.BYTES : Short.BYTES, out);
    }
  }

  private static void writeLong(long value, OutputStream out) throws IOException {
    RowBuffer bytes = new RowBuffer(Long.BYTES);
    bytes.writeLong(value);
    bytes.writeTo(out);
  }

  @Override
  public void clear() {
    numbers.clear();
    count = 0;
    last = 0;
    if (keyCount > (nullable ? 2 : 1)) {
      if (slots.length > FIRST_SLOTS) {
        slots = new int[FIRST_SLOTS];
        keyEnds = new int[FIRST_SLOTS / SLOTS_A_KEY];
      } else {
        Arrays.fill(slots, 0);
      }
      keys.clear();
      keyCount = 0;
      addFirstKeys();
    }
  }
}
