package io.millrace.decode.protobuf;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.millrace.decode.DecodeException;
import io.millrace.decode.registry.RegistryFrame;
import io.millrace.event.DeadLetterCode;
import java.util.List;

/**
 * The message indexes of a record of a schema registry, which follow the schema's id: how many,
 * then for each level of nesting the position of the message in its file or message, all as zigzag
 * varints. A single zero stands for the first message. Not thread-safe.
 */
final class MessageIndexes {
  /** Deeper than any messages are nested. */
  private static final int MAX_LEVELS = 64;

  private final int[] indexes = new int[MAX_LEVELS];
  private int count;
  private int at;

  /**
   * Reads the indexes of a record.
   *
   * @return where the message begins
   */
  int read(byte[] record) throws DecodeException {
    at = RegistryFrame.BYTES;
    count = varint(record);
    if (count < 0 || count > MAX_LEVELS) {
      throw malformed();
    }
    for (int i = 0; i < count; i++) {
      indexes[i] = varint(record);
      if (indexes[i] < 0) {
        throw malformed();
      }
    }
    return at;
  }

  /** Whether the first message of the file is meant. */
  boolean isFirst() {
    return count == 0 || (count == 1 && indexes[0] == 0);
  }

  /** The message that the indexes mean. */
  Descriptor of(FileDescriptor file) throws DecodeException {
    List<Descriptor> messages = file.getMessageTypes();
    Descriptor found = null;
    for (int i = 0; i < Math.max(1, count); i++) {
      int index = count == 0 ? 0 : indexes[i];
      if (index >= messages.size()) {
        throw new DecodeException(
            DeadLetterCode.UNKNOWN_SCHEMA,
            "byte %d: the message indexes name no message of the schema"
                .formatted(RegistryFrame.BYTES));
      }
      found = messages.get(index);
      messages = found.getNestedTypes();
    }
    if (found == null) {
      throw new IllegalStateException("no message");
    }
    return found;
  }

  private int varint(byte[] record) throws DecodeException {
    int value = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += 7) {
      if (at == record.length) {
        throw new DecodeException(
            DeadLetterCode.TRUNCATED,
            "byte " + at + ": the record ends in the message indexes of a schema registry");
      }
      byte next = record[at++];
      value |= (next & 0x7f) << shift;
      if (next >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw malformed();
  }

  private DecodeException malformed() {
    return new DecodeException(
        DeadLetterCode.MALFORMED_BINARY,
        "byte " + at + ": expected the message indexes of a schema registry");
  }
}
