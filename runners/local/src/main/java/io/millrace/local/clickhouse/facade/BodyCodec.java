package io.millrace.local.clickhouse.facade;

import com.github.luben.zstd.ZstdInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;
import net.jpountz.lz4.LZ4FrameInputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;

/**
 * Compression of HTTP bodies in both directions: {@code Content-Encoding} outside, ClickHouse's
 * blocks inside.
 */
final class BodyCodec {
  private static final int BUFFER = 1 << 16;

  private BodyCodec() {}

  /** The request's decoded body. Reading fails if the body is shorter than its Content-Length. */
  static InputStream plainBody(Request request, InputStream raw) throws IOException {
    InputStream body = raw;
    Optional<String> length = request.header("Content-Length");
    if (length.isPresent()) {
      body = new ExactLength(raw, Long.parseLong(length.get().strip()));
    }
    Optional<String> encoding =
        request.header("Content-Encoding").map(value -> value.strip().toLowerCase(Locale.ROOT));
    if (encoding.isPresent()) {
      body =
          switch (encoding.get()) {
            case "identity" -> body;
            case "gzip", "x-gzip" -> new GZIPInputStream(body, BUFFER);
            case "deflate" -> new InflaterInputStream(body);
            case "lz4" -> new LZ4FrameInputStream(body);
            case "zstd" -> new ZstdInputStream(body);
            default ->
                throw ServerError.of(
                    36,
                    "BAD_ARGUMENTS",
                    "Content-Encoding "
                        + encoding.get()
                        + " is not supported here: use gzip, deflate, lz4 or zstd");
          };
    }
    return request.flag("decompress") ? CompressedBlocks.reader(body) : body;
  }

  /** The response's encoding, if the client accepts a supported one. */
  static Optional<String> answerEncoding(Request request) {
    if (request.parameter("enable_http_compression").equals("0")) {
      return Optional.empty();
    }
    String accepted = request.header("Accept-Encoding").orElse("").toLowerCase(Locale.ROOT);
    for (String encoding : new String[] {"gzip", "deflate", "lz4"}) {
      for (String offer : accepted.split(",", -1)) {
        String[] parts = offer.split(";", 2);
        boolean refused = parts.length > 1 && parts[1].strip().matches("q=0(\\.0*)?");
        if (parts[0].strip().equals(encoding) && !refused) {
          return Optional.of(encoding);
        }
      }
    }
    return Optional.empty();
  }

  static OutputStream encoder(Optional<String> encoding, boolean blocks, OutputStream raw)
      throws IOException {
    OutputStream out = raw;
    if (encoding.isPresent()) {
      out =
          switch (encoding.get()) {
            case "gzip" -> new GZIPOutputStream(out, BUFFER);
            case "deflate" -> new DeflaterOutputStream(out);
            case "lz4" -> new LZ4FrameOutputStream(out);
            default -> throw new IllegalArgumentException(encoding.get());
          };
    }
    return blocks ? CompressedBlocks.writer(out) : out;
  }

  /** A stream of a fixed length; a premature end is an error. */
  private static final class ExactLength extends InputStream {
    private final InputStream in;
    private long left;

    ExactLength(InputStream in, long length) {
      this.in = in;
      this.left = length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (left == 0) {
        return -1;
      }
      int count = in.read(target, offset, (int) Math.min(length, left));
      if (count < 0) {
        throw new EOFException(left + " bytes of the request body are missing");
      }
      left -= count;
      return count;
    }
  }
}
