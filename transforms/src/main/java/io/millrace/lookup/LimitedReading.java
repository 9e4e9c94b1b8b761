package io.millrace.lookup;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A stream that is closed when reading it takes too long. Timeouts of HTTP requests end with the
 * headers of the answer, so a server that stops in the middle of it would be waited for
 * indefinitely.
 */
final class LimitedReading extends FilterInputStream {
  private final CompletableFuture<Void> read = new CompletableFuture<>();
  private volatile boolean over;

  LimitedReading(InputStream in, Duration longest) {
    super(in);
    CompletableFuture<Void> unused =
        read.orTimeout(longest.toMillis(), TimeUnit.MILLISECONDS).whenComplete(this::ended);
  }

  private void ended(@Nullable Void nothing, @Nullable Throwable timeout) {
    if (timeout != null) {
      over = true;
      try {
        in.close();
      } catch (IOException e) {
        // Whoever reads gets an exception in any case.
      }
    }
  }

  /** Whether it took too long. */
  boolean isOver() {
    return over;
  }

  @Override
  public int read() throws IOException {
    return checked(in.read());
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    return checked(in.read(bytes, from, length));
  }

  /** The end of a stream that was closed is not the end of its content. */
  private int checked(int result) throws IOException {
    if (over) {
      throw new IOException("reading takes too long");
    }
    return result;
  }

  @Override
  public void close() throws IOException {
    read.complete(null);
    super.close();
  }
}
