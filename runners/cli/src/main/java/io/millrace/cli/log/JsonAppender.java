package io.millrace.cli.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import io.millrace.io.observe.LogFields;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Logs each event to standard error as one line of JSON, with the fields {@code contract}, {@code
 * topic}, {@code table} and others of its context.
 */
public final class JsonAppender extends AppenderBase<ILoggingEvent> {
  /** Fields of every event, which a context must not replace. */
  private static final Set<String> OWN = Set.of("time", "level", "logger", "message", "exception");

  /** Not System.err, whose lines are made events of their own. */
  private final PrintStream out =
      new PrintStream(
          new BufferedOutputStream(new FileOutputStream(FileDescriptor.err)),
          true,
          StandardCharsets.UTF_8);

  @Override
  protected void append(ILoggingEvent event) {
    String line = text(event);
    synchronized (FileDescriptor.err) {
      out.println(line);
    }
  }

  static String text(ILoggingEvent event) {
    Map<String, String> fields = new HashMap<>(event.getMDCPropertyMap());
    String contract = System.getProperty(LogFormat.CONTRACT);
    if (contract != null) {
      fields.putIfAbsent(LogFields.CONTRACT, contract);
    }
    fields.keySet().removeAll(OWN);
    IThrowableProxy thrown = event.getThrowableProxy();
    return JsonEvent.text(
        event.getTimeStamp(),
        event.getLevel().toString(),
        event.getLoggerName(),
        event.getFormattedMessage(),
        fields,
        thrown == null ? null : ThrowableProxyUtil.asString(thrown).stripTrailing());
  }
}
