package io.millrace.direct;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * Looks for secrets in bytes: as they are, in base64 at each of its three alignments, URL-encoded,
 * in hexadecimal, and all of that inside of gzip.
 */
final class SecretSearch {
  private final Map<String, List<byte[]>> forms = new LinkedHashMap<>();

  SecretSearch(List<String> secrets) {
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
  List<String> in(String place, byte[] bytes) {
    List<String> found = new ArrayList<>();
    forms.forEach(
        (secret, all) -> {
          if (all.stream().anyMatch(form -> indexOf(bytes, form, 0) >= 0)) {
            found.add(secret + " in " + place);
          }
        });
    byte[] gzip = {0x1f, (byte) 0x8b, 8};
    for (int at = indexOf(bytes, gzip, 0); at >= 0; at = indexOf(bytes, gzip, at + 1)) {
      found.addAll(in(place + " (gzip)", unpacked(bytes, at)));
    }
    return found;
  }

  List<String> in(String place, String text) {
    return in(place, text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] unpacked(byte[] bytes, int at) {
    try (GZIPInputStream in =
        new GZIPInputStream(new ByteArrayInputStream(bytes, at, bytes.length - at))) {
      return in.readAllBytes();
    } catch (IOException e) {
      // It only looked like it.
      return new byte[0];
    }
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
