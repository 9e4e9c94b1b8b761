package io.millrace.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpTextTest {
  private static final int ROUNDS = 20_000;

  @ParameterizedTest
  @CsvSource({"0.0.0.0, 0", "255.255.255.255, 4294967295", "192.0.2.1, 3221225985"})
  void ipv4(String text, long bits) {
    assertEquals(text, IpText.ipv4(text));
    assertEquals(bits, IpText.ipv4Bits(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "1",
        "1.2.3",
        "1.2.3.",
        "1.2.3.4.",
        "1.2.3.4.5",
        ".1.2.3",
        "1..2.3",
        "256.0.0.1",
        "1.2.3.256",
        "01.2.3.4",
        "1.2.3.00",
        "1.2.3.4 ",
        " 1.2.3.4",
        "+1.2.3.4",
        "-1.2.3.4",
        "1.2.3.4/24",
        "0x1.2.3.4",
        "1.2.3.a",
        "1.2.3.99999999999",
        "1.2.3.\u0664",
        "::1"
      })
  void noIpv4(String text) {
    assertNull(IpText.ipv4(text), text);
    assertEquals(-1, IpText.ipv4Bits(text));
  }

  @ParameterizedTest
  @CsvSource({
    "::, ::",
    "::1, ::1",
    "1::, 1::",
    "0:0:0:0:0:0:0:0, ::",
    "2001:0DB8:0000:0000:0000:0000:0000:0001, 2001:db8::1",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    // One group of zeros is not shortened, and of two equal runs the first one is.
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:db8::1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "1:0:0:0:0:0:0:0, 1::",
    "0:0:0:0:0:0:0:1, ::1",
    "::ffff:192.0.2.1, ::ffff:192.0.2.1",
    "::ffff:c000:0201, ::ffff:192.0.2.1",
    "192.0.2.1, ::ffff:192.0.2.1",
    "::1.2.3.4, ::102:304",
    "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
    "1:2:3:4:5:6:7.8.9.10, 1:2:3:4:5:6:708:90a",
    "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
    "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8"
  })
  void ipv6(String text, String canonical) {
    assertEquals(canonical, IpText.ipv6(text));
    assertEquals(canonical, IpText.ipv6(canonical));
    assertArrayEquals(IpText.ipv6Bytes(canonical), IpText.ipv6Bytes(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        ":::",
        "1",
        "1:",
        ":1",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8:",
        "1::2::3",
        "1:2:3:4::5:6:7:8",
        "12345::",
        "::g",
        "::1 ",
        " ::1",
        "fe80::1%eth0",
        "::1/64",
        "[::1]",
        "::1.2.3",
        "::1.2.3.04",
        "::1.2.3.4:5",
        "1:2:3:4:5:6:7:1.2.3.4",
        "1.2.3.4::",
        "::\u0661",
        "01.2.3.4"
      })
  void noIpv6(String text) {
    assertNull(IpText.ipv6(text), text);
    assertNull(IpText.ipv6Bytes(text));
  }

  /** An address in every spelling that Java knows is the same address, in one spelling. */
  @Test
  void anyAddressKeepsItsBytes() throws Exception {
    Random random = new Random(7);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] address = new byte[16];
      random.nextBytes(address);
      for (int group = 0; group < 8; group++) {
        if (random.nextInt(3) > 0) {
          address[2 * group] = 0;
          address[2 * group + 1] = (byte) (random.nextInt(2) * random.nextInt(256));
        }
      }
      String longForm = Inet6Address.getByAddress("", address, -1).getHostAddress();
      String canonical = IpText.ipv6(longForm);
      assertNotNull(canonical, longForm);
      assertArrayEquals(address, IpText.ipv6Bytes(longForm), longForm);
      assertArrayEquals(address, IpText.ipv6Bytes(canonical), canonical);
      assertEquals(canonical, IpText.ipv6(canonical));
      if (!canonical.startsWith("::ffff:")) {
        assertArrayEquals(address, InetAddress.getByName(canonical).getAddress(), canonical);
      }
    }
  }
}
