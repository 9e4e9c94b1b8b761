package io.millrace.clickhouse.conversion;

import io.millrace.event.RowBuffer;
import java.util.Arrays;

/** Reads IP addresses in their textual notation. */
final class IpText {
  private static final int OCTETS = 4;
  private static final int IPV6_BYTES = 16;
  private static final int GROUP_DIGITS = 4;

  private IpText() {}

  /** The value of a hexadecimal digit; negative for another character. */
  static int hexDigit(byte c) {
    return c >= 0 ? Character.digit(c, 16) : -1;
  }

  /** The address as a number; negative if the text is not one. */
  static long ipv4(byte[] text, int from, int to) {
    long address = 0;
    int at = from;
    for (int octet = 0; octet < OCTETS; octet++) {
      if (octet > 0 && (at == to || text[at++] != '.')) {
        return -1;
      }
      int start = at;
      int value = 0;
      while (at < to && text[at] >= '0' && text[at] <= '9' && at - start < 3) {
        value = value * 10 + text[at++] - '0';
      }
      boolean leadingZero = at - start > 1 && text[start] == '0';
      if (at == start || leadingZero || value > 255) {
        return -1;
      }
      address = address << Byte.SIZE | value;
    }
    return at == to ? address : -1;
  }

  /**
   * Writes the 16 bytes of an address, also of an IPv4 address.
   *
   * @return false if the text is not an address; then nothing is written
   */
  static boolean ipv6(byte[] text, int from, int to, RowBuffer out) {
    byte[] address = new byte[IPV6_BYTES];
    long ipv4 = ipv4(text, from, to);
    if (ipv4 >= 0) {
      address[10] = (byte) 0xFF;
      address[11] = (byte) 0xFF;
      putIpv4(ipv4, address, 12);
    } else if (!parse(text, from, to, address)) {
      return false;
    }
    out.writeRaw(address, 0, IPV6_BYTES);
    return true;
  }

  private static void putIpv4(long address, byte[] out, int start) {
    for (int i = 0; i < OCTETS; i++) {
      out[start + i] = (byte) (address >> ((OCTETS - 1 - i) * Byte.SIZE));
    }
  }

  private static boolean parse(byte[] text, int from, int to, byte[] address) {
    int at = from;
    int filled = 0;
    int gap = -1;
    if (startsWithGap(text, at, to)) {
      gap = 0;
      at += 2;
    }
    while (at < to) {
      if (filled == IPV6_BYTES) {
        return false;
      }
      int start = at;
      int group = 0;
      while (at < to && at - start < GROUP_DIGITS && hexDigit(text[at]) >= 0) {
        group = group << 4 | hexDigit(text[at++]);
      }
      if (at < to && text[at] == '.') {
        // The last four bytes may have the notation of IPv4.
        long ipv4 = ipv4(text, start, to);
        if (ipv4 < 0 || filled > IPV6_BYTES - OCTETS) {
          return false;
        }
        putIpv4(ipv4, address, filled);
        filled += OCTETS;
        break;
      }
      if (at == start) {
        return false;
      }
      address[filled++] = (byte) (group >> Byte.SIZE);
      address[filled++] = (byte) group;
      if (at == to) {
        break;
      }
      if (text[at] != ':') {
        return false;
      }
      if (gap < 0 && startsWithGap(text, at, to)) {
        gap = filled;
        at += 2;
      } else if (++at == to) {
        return false;
      }
    }
    return gap < 0 ? filled == IPV6_BYTES : widen(address, filled, gap);
  }

  private static boolean startsWithGap(byte[] text, int at, int to) {
    return at + 1 < to && text[at] == ':' && text[at + 1] == ':';
  }

  /** Moves the bytes after the gap to the end. The gap stands for at least one group of zeros. */
  private static boolean widen(byte[] address, int filled, int gap) {
    if (filled > IPV6_BYTES - 2) {
      return false;
    }
    int after = filled - gap;
    System.arraycopy(address, gap, address, IPV6_BYTES - after, after);
    Arrays.fill(address, gap, IPV6_BYTES - after, (byte) 0);
    return true;
  }
}
