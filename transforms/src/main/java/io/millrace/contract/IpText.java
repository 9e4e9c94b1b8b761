package io.millrace.contract;

import java.nio.charset.StandardCharsets;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads the texts of IP addresses strictly and writes their canonical form. One address has one
 * canonical form, so texts can be compared. Linear in the length of the text; no name is looked up.
 */
public final class IpText {
  /** What was expected of a text that is no IPv4 address, for messages. */
  public static final String EXPECTED_IPV4 =
      "expected an IPv4 address of four numbers without leading zeros, such as 192.0.2.1";

  /** What was expected of a text that is no IPv6 address, for messages. */
  public static final String EXPECTED_IPV6 =
      "expected an IPv6 address such as 2001:db8::1, or an IPv4 address";

  private static final int IPV6_BYTES = 16;
  private static final int IPV4_BYTES = 4;
  private static final int GROUPS = 8;
  private static final int MOST_GROUP_DIGITS = 4;
  private static final int MOST_PART = 255;

  /** Bytes of an IPv4 address in an IPv6 address that only stands for it. */
  private static final int MAPPED_BYTES = 12;

  private IpText() {}

  /** The canonical form of an IPv4 address, which is the only accepted one; null for others. */
  public static @Nullable String ipv4(String text) {
    return ipv4Bits(text) < 0 ? null : text;
  }

  /** The canonical form of an IPv6 address, or of an IPv4 address as one; null for others. */
  public static @Nullable String ipv6(String text) {
    byte[] address = ipv6Bytes(text);
    return address == null ? null : ipv6Text(address);
  }

  /** The 32 bits of an IPv4 address, not negative; -1 if the text is none. */
  public static long ipv4Bits(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return ipv4Bits(utf8, 0, utf8.length);
  }

  /** The same of a text in UTF-8, from one position of an array up to another. */
  public static long ipv4Bits(byte[] text, int from, int to) {
    long bits = 0;
    int at = from;
    for (int part = 0; part < IPV4_BYTES; part++) {
      if (part > 0) {
        if (at == to || text[at] != '.') {
          return -1;
        }
        at++;
      }
      int start = at;
      int value = 0;
      while (at < to && text[at] >= '0' && text[at] <= '9' && value <= MOST_PART) {
        value = value * 10 + text[at] - '0';
        at++;
      }
      if (at == start || value > MOST_PART || (at > start + 1 && text[start] == '0')) {
        return -1;
      }
      bits = bits << Byte.SIZE | value;
    }
    return at == to ? bits : -1;
  }

  /**
   * The 16 bytes of an IPv6 address, or of an IPv4 address as one, in network order; null if the
   * text is none.
   */
  public static byte @Nullable [] ipv6Bytes(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return ipv6Bytes(utf8, 0, utf8.length);
  }

  /** The same of a text in UTF-8, from one position of an array up to another. */
  public static byte @Nullable [] ipv6Bytes(byte[] text, int from, int to) {
    byte[] address = new byte[IPV6_BYTES];
    long bits = ipv4Bits(text, from, to);
    if (bits >= 0) {
      putMapped(bits, address);
      return address;
    }
    return ipv6(text, from, to, address) ? address : null;
  }

  /** The 16 bytes of an IPv6 address that stands for an IPv4 address, in network order. */
  public static byte[] mapped(long ipv4Bits) {
    byte[] address = new byte[IPV6_BYTES];
    putMapped(ipv4Bits, address);
    return address;
  }

  private static void putMapped(long ipv4Bits, byte[] address) {
    address[MAPPED_BYTES - 2] = (byte) 0xFF;
    address[MAPPED_BYTES - 1] = (byte) 0xFF;
    put(ipv4Bits, address, MAPPED_BYTES);
  }

  /** The 32 bits of the IPv4 address that an IPv6 address stands for; -1 if it stands for none. */
  public static long mappedBits(byte[] address) {
    return isMapped(address) ? (long) group(address, 6) << Short.SIZE | group(address, 7) : -1;
  }

  /** The canonical form of 32 bits. */
  public static String ipv4Text(long bits) {
    StringBuilder text = new StringBuilder(15);
    for (int shift = 3 * Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      text.append(bits >> shift & MOST_PART).append(shift == 0 ? "" : ".");
    }
    return text.toString();
  }

  /** Puts the bytes of a text into an address of zeros; false if the text is no address. */
  private static boolean ipv6(byte[] text, int from, int to, byte[] address) {
    int at = from;
    int filled = 0;
    // Where a double colon stands for zeros
    int gap = -1;
    if (to - from >= 2 && text[from] == ':' && text[from + 1] == ':') {
      gap = 0;
      at = from + 2;
    }
    while (at < to) {
      int end = at;
      int value = 0;
      while (end < to && end - at <= MOST_GROUP_DIGITS && hex(text[end]) >= 0) {
        value = value << 4 | hex(text[end]);
        end++;
      }
      if (end < to && text[end] == '.') {
        long bits = ipv4Bits(text, at, to);
        if (bits < 0 || filled > IPV6_BYTES - IPV4_BYTES) {
          return false;
        }
        put(bits, address, filled);
        filled += IPV4_BYTES;
        break;
      }
      if (end == at || end - at > MOST_GROUP_DIGITS || filled == IPV6_BYTES) {
        return false;
      }
      address[filled++] = (byte) (value >> Byte.SIZE);
      address[filled++] = (byte) value;
      at = end;
      if (at == to) {
        break;
      } else if (text[at] != ':' || at + 1 == to) {
        return false;
      }
      at++;
      if (text[at] == ':') {
        if (gap >= 0) {
          return false;
        }
        gap = filled;
        at++;
      }
    }
    if (gap < 0 || filled == IPV6_BYTES) {
      // A double colon stands for one group at least.
      return gap < 0 && filled == IPV6_BYTES;
    }
    for (int i = 1; i <= filled - gap; i++) {
      address[IPV6_BYTES - i] = address[filled - i];
      address[filled - i] = 0;
    }
    return true;
  }

  private static int hex(byte c) {
    // Character.digit accepts digits beyond ASCII.
    return c < 0 ? -1 : Character.digit(c, 16);
  }

  private static void put(long bits, byte[] address, int from) {
    for (int i = 0; i < IPV4_BYTES; i++) {
      address[from + i] = (byte) (bits >> (Byte.SIZE * (IPV4_BYTES - 1 - i)));
    }
  }

  /** The canonical form of 16 bytes in network order: that of RFC 5952. */
  public static String ipv6Text(byte[] address) {
    StringBuilder text = new StringBuilder(40);
    if (isMapped(address)) {
      return "::ffff:" + ipv4Text(mappedBits(address));
    }
    int gap = -1;
    int gapLength = 1;
    for (int i = 0; i < GROUPS; i++) {
      int zeros = 0;
      while (i + zeros < GROUPS && group(address, i + zeros) == 0) {
        zeros++;
      }
      if (zeros > gapLength) {
        gap = i;
        gapLength = zeros;
      }
      i += Math.max(zeros - 1, 0);
    }
    for (int i = 0; i < GROUPS; i++) {
      if (i == gap) {
        text.append("::");
        i += gapLength - 1;
      } else {
        text.append(i == 0 || (gap >= 0 && i == gap + gapLength) ? "" : ":")
            .append(Integer.toHexString(group(address, i)));
      }
    }
    return text.toString();
  }

  private static boolean isMapped(byte[] address) {
    for (int i = 0; i < MAPPED_BYTES - 2; i++) {
      if (address[i] != 0) {
        return false;
      }
    }
    return address[MAPPED_BYTES - 2] == (byte) 0xFF && address[MAPPED_BYTES - 1] == (byte) 0xFF;
  }

  private static int group(byte[] address, int i) {
    return (address[2 * i] & 0xFF) << Byte.SIZE | (address[2 * i + 1] & 0xFF);
  }
}
