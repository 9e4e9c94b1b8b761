package io.millrace.local.fault;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A complete HTTP/1.1 request or response. Keeps the body in its transfer encoding, so that
 * forwarding preserves every byte.
 *
 * @param startLine the request line or status line
 * @param headers the header lines
 * @param body as on the wire
 */
record HttpMessage(String startLine, List<String> headers, byte[] body) {
  private static final int LONGEST_LINE = 1 << 20;

  /** Creates a response. */
  static HttpMessage answer(int status, String contentType, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return new HttpMessage(
        "HTTP/1.1 " + status + " Fault",
        List.of("Content-Type: " + contentType, "Content-Length: " + bytes.length),
        bytes);
  }

  /**
   * Reads a request; empty if the connection ends before its first byte.
   *
   * @param out receives {@code 100 Continue} if the client expects it
   */
  static Optional<HttpMessage> readRequest(InputStream in, OutputStream out) throws IOException {
    String line = line(in, true);
    if (line == null) {
      return Optional.empty();
    }
    List<String> headers = headers(in);
    if (header(headers, "Expect").isPresent()) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      headers.removeIf(h -> isNamed(h, "Expect"));
    }
    byte[] body = framed(headers) ? body(in, headers) : new byte[0];
    return Optional.of(new HttpMessage(line, headers, body));
  }

  /** Reads a response; without a length it ends with the connection. */
  static HttpMessage readAnswer(InputStream in) throws IOException {
    while (true) {
      String line = line(in, false);
      List<String> headers = headers(in);
      int status = statusOf(line);
      if (status >= 200) {
        boolean bare = status == 204 || status == 304;
        byte[] body = bare ? new byte[0] : framed(headers) ? body(in, headers) : in.readAllBytes();
        return new HttpMessage(line, headers, body);
      }
    }
  }

  Optional<String> header(String name) {
    return header(headers, name);
  }

  int status() {
    return statusOf(startLine);
  }

  /** A parameter of the request's URL. */
  Optional<String> parameter(String name) {
    String target = startLine.split(" ", -1)[1];
    int question = target.indexOf('?');
    if (question < 0) {
      return Optional.empty();
    }
    for (String pair : target.substring(question + 1).split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0 && pair.substring(0, equals).equals(name)) {
        return Optional.of(URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return Optional.empty();
  }

  /** The request with a further parameter in its URL. */
  HttpMessage withParameter(String name, String value) {
    String[] parts = startLine.split(" ", -1);
    String pair = name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    String target = parts[1] + (parts[1].contains("?") ? "&" : "?") + pair;
    return new HttpMessage(parts[0] + " " + target + " " + parts[2], headers, body);
  }

  /** The message with a header that replaces those of the same name. */
  HttpMessage withHeader(String name, String value) {
    List<String> changed = new ArrayList<>(headers);
    changed.removeIf(h -> isNamed(h, name));
    changed.add(name + ": " + value);
    return new HttpMessage(startLine, changed, body);
  }

  /** The bytes on the wire. */
  byte[] toBytes() {
    StringBuilder head = new StringBuilder(startLine).append("\r\n");
    headers.forEach(h -> head.append(h).append("\r\n"));
    byte[] first = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    byte[] all = Arrays.copyOf(first, first.length + body.length);
    System.arraycopy(body, 0, all, first.length, body.length);
    return all;
  }

  private static int statusOf(String line) {
    String[] parts = line.split(" ", 3);
    return Integer.parseInt(parts[1]);
  }

  private static boolean isNamed(String header, String name) {
    return header.length() > name.length()
        && header.charAt(name.length()) == ':'
        && header.regionMatches(true, 0, name, 0, name.length());
  }

  private static Optional<String> header(List<String> headers, String name) {
    return headers.stream()
        .filter(h -> isNamed(h, name))
        .map(h -> h.substring(name.length() + 1).strip())
        .findFirst();
  }

  private static boolean chunked(List<String> headers) {
    return header(headers, "Transfer-Encoding")
        .filter(h -> h.toLowerCase(Locale.ROOT).contains("chunked"))
        .isPresent();
  }

  private static boolean framed(List<String> headers) {
    return chunked(headers) || header(headers, "Content-Length").isPresent();
  }

  private static byte[] body(InputStream in, List<String> headers) throws IOException {
    if (!chunked(headers)) {
      return exactly(in, Integer.parseInt(header(headers, "Content-Length").orElseThrow()));
    }
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    int size;
    do {
      String line = line(in, false);
      raw.writeBytes((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      int end = line.indexOf(';');
      size = Integer.parseInt((end < 0 ? line : line.substring(0, end)).strip(), 16);
      if (size > 0) {
        // The chunk and its line end.
        raw.writeBytes(exactly(in, size + 2));
      }
    } while (size > 0);
    String trailer;
    do {
      trailer = line(in, false);
      raw.writeBytes((trailer + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    } while (!trailer.isEmpty());
    return raw.toByteArray();
  }

  private static byte[] exactly(InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("ended within a body");
    }
    return bytes;
  }

  private static List<String> headers(InputStream in) throws IOException {
    List<String> headers = new ArrayList<>();
    for (String line = line(in, false); !line.isEmpty(); line = line(in, false)) {
      headers.add(line);
    }
    return headers;
  }

  /** A line without its terminator; null at the end of the stream, if that is allowed. */
  private static String line(InputStream in, boolean orEnd) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(128);
    while (true) {
      int b = in.read();
      if (b < 0) {
        if (orEnd && line.size() == 0) {
          return null;
        }
        throw new EOFException("ended within a line");
      }
      if (b == '\n') {
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
      }
      line.write(b);
      if (line.size() > LONGEST_LINE) {
        throw new IOException("a line of more than " + LONGEST_LINE + " bytes");
      }
    }
  }
}
