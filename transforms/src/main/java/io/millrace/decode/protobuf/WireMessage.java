package io.millrace.decode.protobuf;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.decode.DecodeException;
import io.millrace.decode.binary.Place;
import io.millrace.decode.protobuf.MessagePlan.Step;
import io.millrace.decode.protobuf.ProtoReaders.ValueReader;
import io.millrace.decode.protobuf.WireReaders.WireReader;
import io.millrace.event.DeadLetterCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads one message of an event: declared scalars and nested messages straight from the wire into
 * the row. The bytes of everything else are gathered, and read by Protobuf's own library when the
 * event is complete, because their values may be in several places. Holds the gathered bytes, so it
 * is not thread-safe.
 */
final class WireMessage {
  /** Fields with larger numbers are gathered. */
  private static final int MAX_NUMBER = 1 << 9;

  private static final int KEPT = 1 << 16;

  private final Descriptor type;
  private final Place.@Nullable Level level;
  private final List<WireMessage> nested = new ArrayList<>();
  private final List<Default> defaults = new ArrayList<>();
  private @Nullable Slot[] slots = new @Nullable Slot[0];
  private Step others = (message, cursor, row) -> {};
  private boolean othersAlways;

  private byte[] gathered = new byte[64];
  private int length;
  private int depth;
  private boolean held;

  /** What is done with a field of the wire type that it should have: one of both is not null. */
  private record Slot(
      int wireType, int index, @Nullable WireReader reader, @Nullable WireMessage message) {}

  /** The value of a field without presence that the message does not hold. */
  private record Default(int index, ValueReader reader, Object value) {}

  /**
   * A message without fields.
   *
   * @param level the object that it is; null for the event itself
   */
  WireMessage(Descriptor type, Place.@Nullable Level level) {
    this.type = type;
    this.level = level;
  }

  static boolean takes(FieldDescriptor field) {
    return field.getNumber() < MAX_NUMBER;
  }

  /** Reads a field's value straight into the row. */
  void add(FieldDescriptor field, int index, WireReader reader, ValueReader ofDefault) {
    put(field, new Slot(WireReaders.wireType(field), index, reader, null));
    if (!field.hasPresence()) {
      defaults.add(new Default(index, ofDefault, field.getDefaultValue()));
    }
  }

  /** Reads a nested message whose fields are declared. */
  void add(FieldDescriptor field, WireMessage message) {
    put(field, new Slot(WireInput.BYTES, -1, null, message));
    nested.add(message);
  }

  private void put(FieldDescriptor field, Slot slot) {
    int number = field.getNumber();
    if (number >= slots.length) {
      slots = Arrays.copyOf(slots, number + 1);
    }
    slots[number] = slot;
  }

  /**
   * Sets what is done with the other fields of the message.
   *
   * @param always whether that is something even if the message holds none of them
   */
  void others(Step step, boolean always) {
    others = step;
    othersAlways = always;
  }

  /** Reads the message that a record holds from an index on. */
  void read(WireInput in, byte[] record, int from, ProtoCursor cursor, @Nullable Object[] row)
      throws DecodeException {
    clear();
    in.open(record, from);
    try {
      read(in, cursor, row);
    } finally {
      in.close();
    }
    finish(cursor, row, in);
  }

  private void clear() {
    length = 0;
    held = false;
    if (gathered.length > KEPT) {
      gathered = new byte[64];
    }
    for (int i = 0; i < nested.size(); i++) {
      nested.get(i).clear();
    }
  }

  private void read(WireInput in, ProtoCursor cursor, @Nullable Object[] row)
      throws DecodeException {
    held = true;
    depth = in.depth();
    while (!in.atEnd()) {
      int start = in.position();
      int tag = in.tag();
      int number = tag >>> 3;
      Slot slot = number < slots.length ? slots[number] : null;
      if (slot == null || slot.wireType != (tag & 7)) {
        in.skip(tag);
        gather(in.bytes(), start, in.position());
      } else if (slot.reader != null) {
        row[slot.index] = slot.reader.read(in, cursor);
      } else if (slot.message != null) {
        int outer = in.enter();
        slot.message.read(in, cursor, row);
        in.leave(outer);
      }
    }
  }

  private void gather(byte[] bytes, int from, int to) {
    int more = to - from;
    if (length + more > gathered.length) {
      gathered = Arrays.copyOf(gathered, Math.max(length + more, 2 * gathered.length));
    }
    System.arraycopy(bytes, from, gathered, length, more);
    length += more;
  }

  private void finish(ProtoCursor cursor, @Nullable Object[] row, WireInput in)
      throws DecodeException {
    for (int i = 0; i < defaults.size(); i++) {
      Default absent = defaults.get(i);
      if (row[absent.index] == null) {
        row[absent.index] = absent.reader.read(absent.value, cursor);
      }
    }
    for (int i = 0; i < nested.size(); i++) {
      WireMessage message = nested.get(i);
      if (message.held && message.level != null) {
        cursor.place.enter(message.level);
        message.finish(cursor, row, in);
        cursor.unknown.ends();
        cursor.place.leave();
      }
    }
    if (length > 0) {
      others.run(message(in.maxDepth() - depth), cursor, row);
    } else if (othersAlways) {
      others.run(DynamicMessage.getDefaultInstance(type), cursor, row);
    }
  }

  private DynamicMessage message(int levels) throws DecodeException {
    CodedInputStream in = CodedInputStream.newInstance(gathered, 0, length);
    in.setRecursionLimit(levels);
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    try {
      message.mergeFrom(in);
      in.checkLastTagWas(0);
    } catch (InvalidProtocolBufferException e) {
      throw reason(e);
    } catch (IOException e) {
      throw new IllegalStateException("reading bytes does no IO", e);
    }
    // Whether a field is required is the contract's decision.
    return message.buildPartial();
  }

  /** What was wrong. Protobuf's exceptions differ by their messages only. */
  private DecodeException reason(InvalidProtocolBufferException e) {
    String message = e.getMessage() == null ? "" : e.getMessage();
    String where = "message " + type.getName() + ": ";
    if (message.contains("too many levels of nesting")) {
      return new DecodeException(DeadLetterCode.TOO_DEEP, where + "more levels than allowed");
    } else if (message.contains("ended unexpectedly")) {
      return new DecodeException(DeadLetterCode.TRUNCATED, where + "it ends in a field");
    } else if (message.contains("invalid UTF-8")) {
      return new DecodeException(DeadLetterCode.NOT_UTF8, where + "expected UTF-8 in a string");
    }
    return new DecodeException(
        DeadLetterCode.MALFORMED_BINARY, where + "expected fields in Protobuf's wire format");
  }
}
