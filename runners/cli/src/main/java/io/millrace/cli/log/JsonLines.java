package io.millrace.cli.log;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Standard error whose lines are JSON objects. What a command prints becomes an event of the logger
 * {@value #COMMAND}: {@code ERROR} for a line that reports a problem, otherwise {@code INFO}. The
 * log itself does not pass through it, see {@link JsonAppender}. Thread-safe.
 */
final class JsonLines extends OutputStream {
  /** The logger of lines that a command prints. */
  static final String COMMAND = "io.millrace.cli";

  /** How a command begins a line that reports a problem. */
  private static final String PROBLEM = "millrace: ";

  private final PrintStream out;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  JsonLines(PrintStream out) {
    this.out = out;
  }

  @Override
  public synchronized void write(int b) {
    if (b == '\n') {
      end();
    } else if (b != '\r') {
      line.write(b);
    }
  }

  @Override
  public synchronized void write(byte[] bytes, int from, int length) {
    for (int i = from; i < from + length; i++) {
      write(bytes[i]);
    }
  }

  private void end() {
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    if (!text.isBlank()) {
      boolean problem = text.startsWith(PROBLEM);
      String event =
          JsonEvent.text(
              System.currentTimeMillis(),
              problem ? "ERROR" : "INFO",
              COMMAND,
              problem ? text.substring(PROBLEM.length()) : text,
              Map.of(),
              null);
      // The log writes to the same file by another stream.
      synchronized (FileDescriptor.err) {
        out.println(event);
      }
    }
  }

  @Override
  public synchronized void flush() {
    out.flush();
  }

  @Override
  public synchronized void close() {
    out.flush();
  }
}
