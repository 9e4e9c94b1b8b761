package io.millrace.clickhouse.conversion;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.millrace.clickhouse.encoding.InvalidRowException;
import io.millrace.clickhouse.encoding.UuidBytes;

/** Conversions of texts to types with a notation of their own, and back. */
public final class TextConversions {
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  private TextConversions() {}

  /**
   * To {@code FixedString}. The server pads a shorter text with zero bytes, so a text must not end
   * with one: it would equal another text.
   */
  public static Conversion toFixedString(int length, String place) {
    String longer = place + ": a text longer than the " + length + " bytes of FixedString";
    String padded = place + ": a text that ends with a zero byte, which FixedString does not keep";
    return Conversion.checked(
        (in, out) -> {
          int count = in.readVarInt();
          int start = in.skip(count);
          if (count > length) {
            throw new InvalidRowException(longer);
          }
          if (count > 0 && in.bytes()[start + count - 1] == 0) {
            throw new InvalidRowException(padded);
          }
          out.writeRaw(in.bytes(), start, count);
          for (int i = count; i < length; i++) {
            out.writeByte(0);
          }
        });
  }

  /** To {@code UUID}: 36 characters, in either case. */
  public static Conversion toUuid(String place) {
    String problem = place + ": not a UUID";
    return Conversion.checked(
            (in, out) -> {
              int count = in.readVarInt();
              int start = in.skip(count);
              // A byte beyond ASCII stays one, so it is no digit.
              if (!UuidBytes.write(new String(in.bytes(), start, count, ISO_8859_1), out)) {
                throw new InvalidRowException(problem);
              }
            })
        .andMerging();
  }

  /** From {@code UUID}: 36 characters in lower case. */
  public static Conversion ofUuid() {
    return Conversion.exact(
        (in, out) -> {
          long high = in.readLong();
          long low = in.readLong();
          out.writeVarInt(UuidBytes.CHARS);
          int digits = 0;
          for (int i = 0; i < UuidBytes.CHARS; i++) {
            if (UuidBytes.isHyphen(i)) {
              out.writeByte('-');
            } else {
              long half = digits < 16 ? high : low;
              out.writeByte(HEX[(int) (half >>> (60 - digits % 16 * 4)) & 0xF]);
              digits++;
            }
          }
        });
  }
}
