package io.millrace.decode.fuzz;

import static io.millrace.decode.fuzz.Pieces.concat;
import static io.millrace.decode.fuzz.Pieces.join;
import static io.millrace.decode.fuzz.Pieces.varint;

import java.util.Arrays;
import java.util.Random;

/** Changes Protobuf messages field by field, without their schema. */
final class MessageMutator {
  private static final int DEEPEST_MESSAGE = 8;
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int MESSAGE = 2;
  private static final int FIXED32 = 5;

  private final Random random;
  private final Mutator whole;

  /**
   * Prepares mutation.
   *
   * @param whole gives values, and changes what is no message
   */
  MessageMutator(Random random, Mutator whole) {
    this.random = random;
    this.whole = whole;
  }

  byte[] mutate(byte[] message) {
    return message(message, 0);
  }

  /** Changes one field of a message, at any depth; all lengths around it stay right. */
  private byte[] message(byte[] bytes, int depth) {
    int[] starts = fields(bytes);
    int count = starts.length - 1;
    if (count < 1) {
      return bytes.length == 0 ? field() : whole.text(bytes);
    }
    int i = random.nextInt(count);
    int from = starts[i];
    int to = starts[i + 1];
    int type = bytes[from] & 7;
    if (type == MESSAGE && depth < DEEPEST_MESSAGE && random.nextInt(3) != 0) {
      int lengthAt = endOfVarint(bytes, from);
      int payloadAt = endOfVarint(bytes, lengthAt);
      byte[] payload = message(Arrays.copyOfRange(bytes, payloadAt, to), depth + 1);
      byte[] tag = Arrays.copyOfRange(bytes, from, lengthAt);
      return join(bytes, from, concat(tag, varint(payload.length), payload), to);
    }
    byte[] field = Arrays.copyOfRange(bytes, from, to);
    return switch (random.nextInt(9)) {
      case 0 -> join(bytes, from, new byte[0], to);
      case 1 -> join(bytes, to, whole.repeated(field), to);
      case 2 ->
          join(
              join(bytes, from, new byte[0], to),
              starts[random.nextInt(i + 1)],
              field,
              starts[random.nextInt(i + 1)]);
      case 3 -> join(bytes, to, field(), to);
      case 4 -> join(bytes, from, field(), to);
      case 5 -> {
        // The number of another field, or another wire type
        byte[] changed = bytes.clone();
        changed[from] = (byte) random.nextInt();
        yield changed;
      }
      case 6 -> {
        byte[] nested = field;
        for (int n = random.nextInt(200); n > 0; n--) {
          nested = concat(new byte[] {bytes[from]}, varint(nested.length), nested);
        }
        yield join(bytes, from, nested, to);
      }
      case 7 ->
          join(
              bytes,
              from,
              concat(Arrays.copyOf(field, endOfVarint(field, 0)), varint(whole.edge())),
              to);
      default -> whole.bytes(bytes);
    };
  }

  /** A field of any small number and type. */
  private byte[] field() {
    int number = random.nextInt(8) == 0 ? random.nextInt(1 << 28) : 1 + random.nextInt(20);
    return switch (random.nextInt(4)) {
      case 0 -> concat(varint((long) number << 3 | VARINT), varint(whole.edge()));
      case 1 ->
          concat(
              varint((long) number << 3 | FIXED64),
              new byte[] {1, 2, 3, 4, 5, 6, 7, (byte) random.nextInt()});
      case 2 ->
          concat(
              varint((long) number << 3 | FIXED32),
              new byte[] {0, 0, (byte) 0x80, (byte) random.nextInt()});
      default -> {
        byte[] payload = random.nextBoolean() ? whole.word() : whole.seed();
        payload = Arrays.copyOf(payload, Math.min(payload.length, 200));
        yield concat(varint((long) number << 3 | MESSAGE), varint(payload.length), payload);
      }
    };
  }

  /** Where the fields of a message begin, and the last one ends; as far as it is one. */
  private static int[] fields(byte[] bytes) {
    int[] starts = new int[bytes.length + 1];
    int count = 0;
    int at = 0;
    while (true) {
      starts[count] = at;
      if (at >= bytes.length) {
        break;
      }
      int after = endOfVarint(bytes, at);
      int next =
          switch (bytes[at] & 7) {
            case VARINT -> endOfVarint(bytes, after);
            case FIXED64 -> after + 8;
            case FIXED32 -> after + 4;
            case MESSAGE -> {
              long length = value(bytes, after);
              int payload = endOfVarint(bytes, after);
              yield length < 0 || length > bytes.length ? -1 : payload + (int) length;
            }
            default -> -1;
          };
      if (next < 0 || next > bytes.length) {
        break;
      }
      at = next;
      count++;
    }
    return Arrays.copyOf(starts, count + 1);
  }

  private static int endOfVarint(byte[] bytes, int from) {
    int at = from;
    while (at < bytes.length && bytes[at] < 0) {
      at++;
    }
    return Math.min(bytes.length, at + 1);
  }

  private static long value(byte[] bytes, int from) {
    long value = 0;
    int end = endOfVarint(bytes, from);
    for (int i = from; i < end; i++) {
      value |= (bytes[i] & 0x7fL) << (7 * Math.min(9, i - from));
    }
    return value;
  }
}
