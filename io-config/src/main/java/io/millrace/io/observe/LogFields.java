package io.millrace.io.observe;

import java.util.Map;
import org.slf4j.MDC;

/**
 * Fields of log lines, such as the table. A log in JSON has them as fields; a log in text shows
 * them if its pattern names them.
 */
public final class LogFields {
  /** The name of a contract. */
  public static final String CONTRACT = "contract";

  /** A Kafka topic. */
  public static final String TOPIC = "topic";

  /** A table of a sink. */
  public static final String TABLE = "table";

  /** The address of a destination of dead letters. */
  public static final String DESTINATION = "destination";

  private LogFields() {}

  /** Does something while the fields are set by their names. */
  public static void during(Map<String, String> fields, Runnable logging) {
    fields.forEach(MDC::put);
    try {
      logging.run();
    } finally {
      fields.keySet().forEach(MDC::remove);
    }
  }
}
