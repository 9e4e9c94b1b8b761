package io.millrace.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.xerial.snappy.SnappyError;
import org.xerial.snappy.SnappyInputStream;

/**
 * Looks for secrets in bytes: as they are, in base64 at each of its three alignments, URL-encoded,
 * in hexadecimal, and all of that inside of gzip, also in base64, and of Snappy's stream, in which
 * Beam serializes.
 */
public final class SecretSearch {
  private final Map<String, List<byte[]>> forms = new LinkedHashMap<>();

  public SecretSearch(List<String> secrets) {
    secrets.forEach(secret -> forms.put(secret, formsOf(secret)));
  }

  private static List<byte[]> formsOf(String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    List<String> texts = new ArrayList<>();
    texts.add(secret);
    texts.add(URLEncoder.encode(secret, StandardCharsets.UTF_8));
    texts.add(HexFormat.of().formatHex(bytes));
    texts.add(HexFormat.of().withUpperCase().formatHex(bytes));
    for (int before = 0; before < 3; before++) {
      byte[] padded = new byte[before + bytes.length];
      System.arraycopy(bytes, 0, padded, before, bytes.length);
      String encoded = Base64.getEncoder().encodeToString(padded);
      // What depends on the neighbours on either side is left out.
      String inner = encoded.substring(before == 0 ? 0 : 4, padded.length / 3 * 4);
      texts.add(inner);
      texts.add(inner.replace('+', '-').replace('/', '_'));
    }
    return texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
  }

  /** What is found, as secret and place; empty if nothing is. */
  public List<String> in(String place, byte[] bytes) {
    List<String> found = new ArrayList<>();
    forms.forEach(
        (secret, all) -> {
          if (all.stream().anyMatch(form -> indexOf(bytes, form, 0) >= 0)) {
            found.add(secret + " in " + place);
          }
        });
    inside(
        place + " (gzip)", bytes, new byte[] {0x1f, (byte) 0x8b, 8}, GZIPInputStream::new, found);
    byte[] snappy = {(byte) 0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0};
    inside(place + " (snappy)", bytes, snappy, SnappyInputStream::new, found);
    byte[] base64 = "H4sI".getBytes(StandardCharsets.US_ASCII);
    inside(place + " (base64)", bytes, base64, Base64.getDecoder()::wrap, found);
    return found;
  }

  public List<String> in(String place, String text) {
    return in(place, text.getBytes(StandardCharsets.UTF_8));
  }

  private void inside(
      String place, byte[] bytes, byte[] magic, Unpacking unpacking, List<String> found) {
    for (int at = indexOf(bytes, magic, 0); at >= 0; at = indexOf(bytes, magic, at + 1)) {
      found.addAll(in(place, unpacked(bytes, at, unpacking)));
    }
  }

  /** As far as it can be unpacked: what follows a packed object is not part of it. */
  private static byte[] unpacked(byte[] bytes, int at, Unpacking unpacking) {
    ByteArrayOutputStream unpacked = new ByteArrayOutputStream();
    try (InputStream in = unpacking.of(new ByteArrayInputStream(bytes, at, bytes.length - at))) {
      // Byte by byte: a larger piece would be lost with the error of what follows.
      for (int next = in.read(); next >= 0; next = in.read()) {
        unpacked.write(next);
      }
    } catch (IOException | SnappyError e) {
      // It only looked like it, or there is something behind it.
    }
    return unpacked.toByteArray();
  }

  /** Opens a packed stream. */
  private interface Unpacking {
    InputStream of(InputStream packed) throws IOException;
  }

  private static int indexOf(byte[] bytes, byte[] form, int from) {
    for (int i = from; i <= bytes.length - form.length; i++) {
      int n = 0;
      while (n < form.length && bytes[i + n] == form[n]) {
        n++;
      }
      if (n == form.length) {
        return i;
      }
    }
    return -1;
  }
}
