package io.millrace.event;

import io.millrace.event.SourceRecord.Header;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.util.VarInt;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The coder of a {@link SourceRecord}: variable-length integers and length-prefixed bytes. A
 * leading zero says that the number of the element and the number of elements follow; a record that
 * is one event has none, as in savepoints from before there were others.
 */
public final class SourceRecordCoder extends AtomicCoder<SourceRecord> {
  private static final long serialVersionUID = 1L;

  private static final SourceRecordCoder INSTANCE = new SourceRecordCoder();

  /** In place of the length of the topic plus one, which is never zero. */
  private static final int OF_MANY = 0;

  private static final int USUAL_BYTES = 128;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private SourceRecordCoder() {}

  public static SourceRecordCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(SourceRecord record, OutputStream out) throws IOException {
    // A runner's streams are slow for small writes.
    RowBuffer small = new RowBuffer(USUAL_BYTES);
    writeFront(record, small);
    small.writeTo(out);
    byte[] value = record.value();
    if (value != null) {
      out.write(value);
    }
    small.clear();
    writeBack(record, small);
    small.writeTo(out);
  }

  /** Appends a record to a buffer, in the same form. */
  public static void encode(SourceRecord record, RowBuffer out) {
    writeFront(record, out);
    byte[] value = record.value();
    if (value != null) {
      out.writeRaw(value, 0, value.length);
    }
    writeBack(record, out);
  }

  /** What is before the bytes of the value. */
  private static void writeFront(SourceRecord record, RowBuffer out) {
    if (!record.isWhole()) {
      out.writeVarInt(OF_MANY);
      out.writeVarInt(record.element());
      out.writeVarInt(record.elements());
    }
    writeBytes(record.topic().getBytes(StandardCharsets.UTF_8), out);
    out.writeVarInt(record.partition());
    out.writeVarLong(record.offset());
    writeBytes(record.key(), out);
    byte[] value = record.value();
    out.writeVarInt(value == null ? 0 : value.length + 1);
  }

  /** What is behind the bytes of the value. */
  private static void writeBack(SourceRecord record, RowBuffer out) {
    out.writeVarInt(record.headers().size());
    for (Header header : record.headers()) {
      writeBytes(header.name().getBytes(StandardCharsets.UTF_8), out);
      writeBytes(header.value(), out);
    }
    out.writeLong(Long.reverseBytes(record.recordTimeMillis()));
    out.writeLong(Long.reverseBytes(record.arrivalWatermarkMillis()));
  }

  /** Writes the length plus one and the bytes; 0 means null. */
  static void writeBytes(byte @Nullable [] bytes, RowBuffer out) {
    if (bytes == null) {
      out.writeVarInt(0);
    } else {
      out.writeVarInt(bytes.length + 1);
      out.writeRaw(bytes, 0, bytes.length);
    }
  }

  @Override
  public SourceRecord decode(InputStream in) throws IOException {
    int element = SourceRecord.WHOLE;
    int elements = 1;
    int topicLength = VarInt.decodeInt(in) - 1;
    if (topicLength + 1 == OF_MANY) {
      element = VarInt.decodeInt(in);
      elements = VarInt.decodeInt(in);
      topicLength = VarInt.decodeInt(in) - 1;
    }
    String topic = new String(read(checked(topicLength), in), StandardCharsets.UTF_8);
    int partition = VarInt.decodeInt(in);
    long offset = VarInt.decodeLong(in);
    byte[] key = readBytes(in);
    byte[] value = readBytes(in);
    int count = VarInt.decodeInt(in);
    List<Header> headers = List.of();
    if (count > 0) {
      headers = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        String name = new String(readBytesNotNull(in), StandardCharsets.UTF_8);
        headers.add(new Header(name, readBytes(in)));
      }
    }
    return new SourceRecord(
        topic,
        partition,
        offset,
        key,
        value,
        headers,
        readLong(in),
        readLong(in),
        null,
        element,
        elements);
  }

  /**
   * Decodes a record without key, value and headers. The cost does not depend on the record's size:
   * the position is at the front and the times are at the end.
   */
  public static SourceRecord decodeWithoutBytes(byte[] encoded, int start, int end)
      throws IOException {
    int times = end - 2 * Long.BYTES;
    RowBytesReader front = new RowBytesReader(encoded, start, times);
    int element = SourceRecord.WHOLE;
    int elements = 1;
    int topicLength = front.readVarInt() - 1;
    if (topicLength + 1 == OF_MANY) {
      element = front.readVarInt();
      elements = front.readVarInt();
      topicLength = front.readVarInt() - 1;
    }
    return new SourceRecord(
        front.readString(checked(topicLength)),
        front.readVarInt(),
        front.readVarLong(),
        null,
        null,
        List.of(),
        (long) LONGS.get(encoded, times),
        (long) LONGS.get(encoded, times + Long.BYTES),
        null,
        element,
        elements);
  }

  private static int checked(int length) throws IOException {
    if (length < 0) {
      throw new IOException("expected bytes, found null");
    }
    return length;
  }

  static byte @Nullable [] readBytes(InputStream in) throws IOException {
    int length = VarInt.decodeInt(in) - 1;
    if (length < 0) {
      return null;
    }
    return read(length, in);
  }

  /** Reads exactly this many bytes. */
  static byte[] read(int length, InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("expected " + length + " bytes, found " + bytes.length);
    }
    return bytes;
  }

  static byte[] readBytesNotNull(InputStream in) throws IOException {
    byte[] bytes = readBytes(in);
    if (bytes == null) {
      throw new IOException("expected bytes, found null");
    }
    return bytes;
  }

  /** Writes eight bytes, big-endian, without the buffers of a DataOutputStream. */
  static void writeLong(long value, OutputStream out) throws IOException {
    byte[] bytes = new byte[Long.BYTES];
    LONGS.set(bytes, 0, value);
    out.write(bytes);
  }

  static long readLong(InputStream in) throws IOException {
    byte[] bytes = new byte[Long.BYTES];
    if (in.readNBytes(bytes, 0, Long.BYTES) < Long.BYTES) {
      throw new EOFException("expected " + Long.BYTES + " bytes");
    }
    return (long) LONGS.get(bytes, 0);
  }

  @Override
  public void verifyDeterministic() {}
}
