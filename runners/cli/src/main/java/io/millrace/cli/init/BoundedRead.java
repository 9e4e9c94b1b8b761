package io.millrace.cli.init;

import io.millrace.cli.init.layout.JsonText;
import io.millrace.io.SampleLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads the start of a stream: up to a number of lines or bytes, and for a limited time, because a
 * pipe may never end. Thread-safe.
 */
final class BoundedRead {
  private static final int CHUNK = 1 << 16;

  private final SampleLimits limits;
  private final ByteArrayOutputStream read = new ByteArrayOutputStream();
  private boolean cut = true;

  private BoundedRead(SampleLimits limits) {
    this.limits = limits;
  }

  /**
   * The start of a stream.
   *
   * @param cut whether there may be more
   */
  record Start(byte[] bytes, boolean cut) {}

  /** Reads a stream, which is not closed if time runs out. */
  static Start of(InputStream in, SampleLimits limits) throws IOException {
    BoundedRead reading = new BoundedRead(limits);
    FutureTask<Boolean> task = new FutureTask<>(() -> reading.read(in));
    Thread thread = new Thread(task, "read-sample");
    // A read of a pipe cannot be interrupted.
    thread.setDaemon(true);
    thread.start();
    try {
      boolean unused = task.get(limits.time().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return reading.start();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    }
    return reading.start();
  }

  private synchronized Start start() {
    return new Start(read.toByteArray(), cut);
  }

  /** Returns whether the stream has ended. */
  private boolean read(InputStream in) throws IOException {
    byte[] chunk = new byte[CHUNK];
    long lines = 0;
    boolean decided = false;
    boolean byLine = false;
    while (true) {
      int count = in.read(chunk);
      synchronized (this) {
        if (count < 0) {
          cut = false;
          return true;
        }
        read.write(chunk, 0, count);
        for (int i = 0; i < count; i++) {
          lines += chunk[i] == '\n' ? 1 : 0;
        }
        if (!decided && lines > 0) {
          byte[] line = firstLine(read.toByteArray());
          decided = line.length > 0;
          byLine = decided && isRecord(line);
        }
        if (read.size() >= limits.bytes() || (byLine && lines > limits.records())) {
          return false;
        }
      }
    }
  }

  /** The first line that is not blank; empty if it has no end yet. */
  private static byte[] firstLine(byte[] bytes) {
    int begin = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        byte[] line = Arrays.copyOfRange(bytes, begin, i);
        if (JsonText.first(line) >= 0) {
          return line;
        }
        begin = i + 1;
      }
    }
    return new byte[0];
  }

  /** Whether a line is a record, not the start of a JSON document over several lines. */
  private static boolean isRecord(byte[] line) {
    int first = JsonText.first(line);
    return (first != '{' && first != '[') || JsonText.container(line) != null;
  }
}
