package io.millrace.clickhouse.conversion;

import io.millrace.clickhouse.encoding.InvalidRowException;
import io.millrace.contract.IpText;

/**
 * Conversions of IP addresses: from texts, to texts in their canonical form, and to each other. An
 * {@code IPv6} also holds an IPv4 address, as {@code ::ffff:a.b.c.d}.
 */
public final class AddressConversions {
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;

  private AddressConversions() {}

  /** From a text to {@code IPv4}: four decimal numbers without leading zeros. */
  public static Conversion textToIpv4(String place) {
    String problem = notIpv4(place);
    return Conversion.checked(
        (in, out) -> {
          int count = in.readVarInt();
          int start = in.skip(count);
          long bits = IpText.ipv4Bits(in.bytes(), start, start + count);
          if (bits < 0) {
            throw new InvalidRowException(problem);
          }
          out.writeInt((int) bits);
        });
  }

  /** From a text to {@code IPv6}. Two spellings of an address become equal. */
  public static Conversion textToIpv6(String place) {
    String problem = place + ": not an IP address";
    return Conversion.checked(
            (in, out) -> {
              int count = in.readVarInt();
              int start = in.skip(count);
              byte[] address = IpText.ipv6Bytes(in.bytes(), start, start + count);
              if (address == null) {
                throw new InvalidRowException(problem);
              }
              out.writeRaw(address, 0, IPV6_BYTES);
            })
        .andMerging();
  }

  /** From {@code IPv4} to {@code IPv6}. */
  public static Conversion ipv4ToIpv6() {
    return Conversion.exact(
        (in, out) -> out.writeRaw(IpText.mapped(in.readNumber(IPV4_BYTES, false)), 0, IPV6_BYTES));
  }

  /** From {@code IPv6} to {@code IPv4}, for addresses that stand for one. */
  public static Conversion ipv6ToIpv4(String place) {
    String problem = notIpv4(place);
    return Conversion.checked(
        (in, out) -> {
          long bits = IpText.mappedBits(in.readBytes(IPV6_BYTES));
          if (bits < 0) {
            throw new InvalidRowException(problem);
          }
          out.writeInt((int) bits);
        });
  }

  /** From {@code IPv4} to a text. */
  public static Conversion ipv4ToText() {
    return Conversion.exact(
        (in, out) -> out.writeString(IpText.ipv4Text(in.readNumber(IPV4_BYTES, false))));
  }

  /** From {@code IPv6} to a text. */
  public static Conversion ipv6ToText() {
    return Conversion.exact(
        (in, out) -> out.writeString(IpText.ipv6Text(in.readBytes(IPV6_BYTES))));
  }

  private static String notIpv4(String place) {
    return place + ": not an IPv4 address";
  }
}
