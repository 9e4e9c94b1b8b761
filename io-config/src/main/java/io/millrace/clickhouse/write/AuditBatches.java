package io.millrace.clickhouse.write;

import io.millrace.clickhouse.schema.AuditTable;
import io.millrace.event.RowBuffer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Joins the audit's entries of one INSERT, as {@link AuditRows} encodes them, to rows of the {@link
 * AuditTable}: entries of one contract, topic, partition, minute of arrival, outcome and time of
 * writing become one row.
 *
 * <p>Cost: one pass over the bytes and no object for an entry. Deterministic: the same entries give
 * the same rows in the same order.
 */
final class AuditBatches {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  /** The groups that were met last, by hash: entries of a batch alternate between few of them. */
  private static final int RECENT = 256;

  private static final int ELEMENT_BYTES = Integer.BYTES + Integer.BYTES;

  private final Map<Key, Group> groups = new LinkedHashMap<>();
  private final Group[] recent = new Group[RECENT];

  /** The texts of the entry before: contract and topic, and the outcome, as they are encoded. */
  private byte[] names = {};

  private byte[] outcome = {};
  private int texts;
  private final Map<Texts, Integer> known = new LinkedHashMap<>();

  private AuditBatches() {}

  /** Rows for the entries of a batch, in the order of the table's columns. */
  static RowBuffer of(Batch entries) {
    AuditBatches batches = new AuditBatches();
    entries.forEachRow(batches::add);
    RowBuffer out = new RowBuffer(Math.toIntExact(Math.min(entries.byteCount(), 1 << 20)));
    batches.groups.values().forEach(group -> group.write(out));
    return out;
  }

  private void add(byte[] row, int from, int to) {
    int namesEnd = afterText(row, afterText(row, from));
    int offsetAt = namesEnd + Integer.BYTES;
    int outcomeAt = offsetAt + Long.BYTES + Long.BYTES;
    int outcomeEnd = afterText(row, outcomeAt);
    int elementAt = outcomeEnd + Long.BYTES + Long.BYTES;
    int left = to - elementAt;
    if (left != 0 && left != ELEMENT_BYTES) {
      throw new IllegalStateException("an audit entry has " + left + " unexpected bytes");
    }
    if (!Arrays.equals(names, 0, names.length, row, from, namesEnd)
        || !Arrays.equals(outcome, 0, outcome.length, row, outcomeAt, outcomeEnd)) {
      names = Arrays.copyOfRange(row, from, namesEnd);
      outcome = Arrays.copyOfRange(row, outcomeAt, outcomeEnd);
      texts = known.computeIfAbsent(new Texts(names, outcome), any -> known.size());
    }
    long recordTime = (long) LONGS.get(row, offsetAt + Long.BYTES);
    Group group =
        group(
            (int) INTS.get(row, namesEnd),
            AuditTable.minuteOf(recordTime),
            (long) LONGS.get(row, outcomeEnd));
    group.add(
        (long) LONGS.get(row, offsetAt),
        recordTime,
        (long) LONGS.get(row, outcomeEnd + Long.BYTES));
    if (left != 0) {
      group.addElement(
          (int) INTS.get(row, elementAt), (int) INTS.get(row, elementAt + Integer.BYTES));
    }
  }

  private Group group(int partition, long minute, long writtenAt) {
    int slot = (int) ((31 * (31 * (31L * texts + partition) + minute) + writtenAt) & (RECENT - 1));
    Group group = recent[slot];
    if (group != null && group.key.is(texts, partition, minute, writtenAt)) {
      return group;
    }
    Key key = new Key(texts, partition, minute, writtenAt);
    Group found = groups.computeIfAbsent(key, any -> new Group(any, names, outcome));
    recent[slot] = found;
    return found;
  }

  /** The position behind a text, which begins with its length. */
  private static int afterText(byte[] row, int at) {
    int length = 0;
    int position = at;
    for (int shift = 0; ; shift += 7) {
      byte next = row[position++];
      length |= (next & 0x7F) << shift;
      if (next >= 0) {
        return position + length;
      }
    }
  }

  /** Texts by their bytes. */
  private record Texts(byte[] names, byte[] outcome) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Texts that
          && Arrays.equals(names, that.names)
          && Arrays.equals(outcome, that.outcome);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(names) + Arrays.hashCode(outcome);
    }
  }

  private record Key(int texts, int partition, long minute, long writtenAt) {
    boolean is(int otherTexts, int otherPartition, long otherMinute, long otherTime) {
      return texts == otherTexts
          && partition == otherPartition
          && minute == otherMinute
          && writtenAt == otherTime;
    }
  }

  /** A row of the table. */
  private static final class Group {
    private final Key key;
    private final byte[] names;
    private final byte[] outcome;
    private final RowBuffer offsets = new RowBuffer(Long.BYTES);
    private final RowBuffer recordTimes = new RowBuffer(Long.BYTES);
    private final RowBuffer eventTimes = new RowBuffer(Long.BYTES);
    private final RowBuffer elements = new RowBuffer(Integer.BYTES);
    private final RowBuffer elementCounts = new RowBuffer(Integer.BYTES);
    private int records;
    private int withElement;

    private Group(Key key, byte[] names, byte[] outcome) {
      this.key = key;
      this.names = names;
      this.outcome = outcome;
    }

    private void add(long offset, long recordTime, long eventTime) {
      offsets.writeLong(offset);
      recordTimes.writeLong(recordTime);
      eventTimes.writeLong(eventTime);
      records++;
    }

    private void addElement(int element, int count) {
      elements.writeInt(element);
      elementCounts.writeInt(count);
      withElement++;
    }

    private void write(RowBuffer out) {
      if (withElement != 0 && withElement != records) {
        throw new IllegalStateException("some audit entries of a contract have no element");
      }
      out.writeRaw(names, 0, names.length);
      out.writeInt(key.partition);
      out.writeLong(key.minute);
      out.writeRaw(outcome, 0, outcome.length);
      out.writeLong(key.writtenAt);
      out.writeInt(records);
      writeArray(records, offsets, out);
      writeArray(records, recordTimes, out);
      writeArray(records, eventTimes, out);
      writeArray(withElement, elements, out);
      writeArray(withElement, elementCounts, out);
    }

    private static void writeArray(int count, RowBuffer values, RowBuffer out) {
      out.writeVarInt(count);
      values.appendTo(out);
    }
  }
}
