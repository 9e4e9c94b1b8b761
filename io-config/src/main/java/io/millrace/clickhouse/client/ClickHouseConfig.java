package io.millrace.clickhouse.client;

import io.millrace.security.SecretReference;
import io.millrace.security.UserName;
import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * How to reach ClickHouse and how to batch for it. Holds no secret, only references.
 *
 * @param endpoint {@code http://host:port} or {@code https://host:port}, nothing else
 * @param database the database, created if missing
 * @param user the user's name, or where it is found
 * @param password where the password is found; null: none
 * @param connectTimeout longest wait for a connection
 * @param answerTimeout longest wait for an answer
 * @param batching when a batch is full
 * @param writer which code writes events
 * @param onOperatorError what happens when somebody has to mend something
 * @param caFile the certificates that a server over TLS is trusted by, PEM; null: the JDK's
 */
public record ClickHouseConfig(
    String endpoint,
    String database,
    UserName user,
    @Nullable SecretReference password,
    Duration connectTimeout,
    Duration answerTimeout,
    Batching batching,
    Writer writer,
    OnOperatorError onOperatorError,
    @Nullable String caFile)
    implements Serializable {

  /** Which code writes events. */
  public enum Writer {
    /** Millrace's own. */
    MILLRACE,
    /** Beam's ClickHouseIO, with its limits. */
    BEAM_IO
  }

  /** What happens when rows cannot be written before somebody has mended something. */
  public enum OnOperatorError {
    /** They wait, and the log says at error level what is to be done. */
    WAIT,
    /** The pipeline fails: for batch jobs, whose start is somebody's to repeat. */
    FAIL
  }

  private static final UserName DEFAULT_USER = UserName.parse("default");
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  // Longer than the server needs for the largest batch on a bad day: an answer that is given up on
  // costs a repeat of the batch.
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);

  /**
   * Checks the endpoint.
   *
   * @throws IllegalArgumentException with one line that says what was expected
   */
  public ClickHouseConfig {
    URI uri;
    try {
      uri = URI.create(endpoint);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "ClickHouse: not an address; expected http://HOST:PORT or https://HOST:PORT", e);
    }
    if (uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "ClickHouse: the address holds a user or password; give them as references instead");
    }
    boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    boolean bare =
        (uri.getRawPath() == null || uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))
            && uri.getRawQuery() == null
            && uri.getRawFragment() == null;
    if (!http || uri.getHost() == null || uri.getPort() < 1 || !bare) {
      throw new IllegalArgumentException(
          "ClickHouse: expected http://HOST:PORT or https://HOST:PORT, found " + endpoint);
    }
    endpoint = uri.getScheme() + "://" + uri.getHost() + ":" + uri.getPort();
    if (database.isBlank()) {
      throw new IllegalArgumentException("ClickHouse: expected the name of a database");
    }
  }

  /** The user {@code default} without password, and defaults for the rest. */
  public static ClickHouseConfig of(String endpoint, String database) {
    return new ClickHouseConfig(
        endpoint,
        database,
        DEFAULT_USER,
        null,
        CONNECT_TIMEOUT,
        ANSWER_TIMEOUT,
        Batching.DEFAULT,
        Writer.MILLRACE,
        OnOperatorError.WAIT,
        null);
  }

  /** The same with a user and a password. */
  public ClickHouseConfig withUser(UserName newUser, @Nullable SecretReference newPassword) {
    Parts parts = new Parts(this);
    parts.user = newUser;
    parts.password = newPassword;
    return parts.together();
  }

  /** The same with other timeouts. */
  public ClickHouseConfig withTimeouts(Duration connect, Duration answer) {
    Parts parts = new Parts(this);
    parts.connectTimeout = connect;
    parts.answerTimeout = answer;
    return parts.together();
  }

  /** The same with another longest wait for an answer. */
  public ClickHouseConfig withAnswerTimeout(Duration answer) {
    return withTimeouts(connectTimeout, answer);
  }

  /** The same with other limits of a batch. */
  public ClickHouseConfig withBatching(Batching other) {
    Parts parts = new Parts(this);
    parts.batching = other;
    return parts.together();
  }

  /** The same, written by other code. */
  public ClickHouseConfig withWriter(Writer other) {
    Parts parts = new Parts(this);
    parts.writer = other;
    return parts.together();
  }

  /** The same, doing something else about what only an operator can mend. */
  public ClickHouseConfig withOnOperatorError(OnOperatorError other) {
    Parts parts = new Parts(this);
    parts.onOperatorError = other;
    return parts.together();
  }

  /** The same, trusting these certificates. */
  public ClickHouseConfig withCaFile(@Nullable String file) {
    Parts parts = new Parts(this);
    parts.caFile = file;
    return parts.together();
  }

  /** The components that can be replaced, while some of them are. */
  private static final class Parts {
    private final String endpoint;
    private final String database;
    private UserName user;
    private @Nullable SecretReference password;
    private Duration connectTimeout;
    private Duration answerTimeout;
    private Batching batching;
    private Writer writer;
    private OnOperatorError onOperatorError;
    private @Nullable String caFile;

    Parts(ClickHouseConfig from) {
      endpoint = from.endpoint;
      database = from.database;
      user = from.user;
      password = from.password;
      connectTimeout = from.connectTimeout;
      answerTimeout = from.answerTimeout;
      batching = from.batching;
      writer = from.writer;
      onOperatorError = from.onOperatorError;
      caFile = from.caFile;
    }

    ClickHouseConfig together() {
      return new ClickHouseConfig(
          endpoint,
          database,
          user,
          password,
          connectTimeout,
          answerTimeout,
          batching,
          writer,
          onOperatorError,
          caFile);
    }
  }

  /** The address for people: {@code clickhouse://host:port/database}. */
  /** The address for people, without secrets. */
  public String address() {
    return "clickhouse" + endpoint.substring(endpoint.indexOf("://")) + "/" + database;
  }
}
