package io.millrace.clickhouse.conversion;

import io.millrace.clickhouse.encoding.InvalidRowException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Conversions of names to {@code Enum8} and {@code Enum16}, and back. A value is its name: the
 * number of a name may differ between two enums.
 */
public final class EnumConversions {
  private EnumConversions() {}

  /**
   * From a text.
   *
   * @param names the names of the enum with their numbers
   * @param bytes length of a number
   */
  public static Conversion ofText(Map<String, Integer> names, int bytes, String place) {
    EnumNames numbers = new EnumNames(names);
    String problem = place + ": a text that is not a name of the Enum";
    return Conversion.checked(
        (in, out) -> {
          int count = in.readVarInt();
          int start = in.skip(count);
          int number = numbers.find(in.bytes(), start, count);
          if (number == EnumNames.UNKNOWN) {
            throw new InvalidRowException(problem);
          }
          FixedPointConversions.write(number, bytes, out);
        });
  }

  /** To a text, from an enum with these names, whose numbers have so many bytes. */
  public static Conversion toText(Map<String, Integer> names, int bytes) {
    int least = least(names.values());
    byte[][] texts = texts(names, least);
    return Conversion.exact(
        (in, out) -> {
          byte[] text = texts[(int) in.readNumber(bytes, true) - least];
          out.writeVarInt(text.length);
          out.writeRaw(text, 0, text.length);
        });
  }

  /**
   * To {@code FixedString}, which pads a shorter name with zero bytes.
   *
   * @return null if it cannot hold a name, or a name ends with a zero byte
   */
  public static @Nullable Conversion toFixedString(
      Map<String, Integer> names, int bytes, int length) {
    for (String name : names.keySet()) {
      if (name.endsWith("\0") || name.getBytes(StandardCharsets.UTF_8).length > length) {
        return null;
      }
    }
    int least = least(names.values());
    byte[][] texts = texts(names, least);
    return Conversion.exact(
        (in, out) -> {
          byte[] text = texts[(int) in.readNumber(bytes, true) - least];
          out.writeRaw(text, 0, text.length);
          for (int i = text.length; i < length; i++) {
            out.writeByte(0);
          }
        });
  }

  /**
   * To another enum, by name.
   *
   * @param there its names with their numbers
   * @param bytesThere length of its numbers
   * @return null if it lacks a name: all values with that name would be rejected
   */
  public static @Nullable Conversion between(
      Map<String, Integer> names, int bytes, Map<String, Integer> there, int bytesThere) {
    if (!there.keySet().containsAll(names.keySet())) {
      return null;
    }
    if (bytes == bytesThere && there.entrySet().containsAll(names.entrySet())) {
      return Conversion.keep(bytes);
    }
    int least = least(names.values());
    int[] numbers = new int[places(names.values())];
    names.forEach((name, number) -> numbers[number - least] = there.get(name));
    return Conversion.exact(
        (in, out) ->
            FixedPointConversions.write(
                numbers[(int) in.readNumber(bytes, true) - least], bytesThere, out));
  }

  private static byte[][] texts(Map<String, Integer> names, int least) {
    byte[][] texts = new byte[places(names.values())][];
    names.forEach((name, number) -> texts[number - least] = name.getBytes(StandardCharsets.UTF_8));
    return texts;
  }

  private static int least(Collection<Integer> numbers) {
    return Collections.min(numbers);
  }

  /** Length of an array with a place for each number from the least to the greatest. */
  private static int places(Collection<Integer> numbers) {
    return Collections.max(numbers) - least(numbers) + 1;
  }
}
