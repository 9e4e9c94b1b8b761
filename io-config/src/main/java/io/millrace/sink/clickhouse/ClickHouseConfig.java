package io.millrace.sink.clickhouse;

import io.millrace.config.SecretReference;
import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * How to reach ClickHouse and how to batch for it. Holds no secret, only references.
 *
 * @param endpoint {@code http://host:port} or {@code https://host:port}, nothing else
 * @param database the database, created if missing
 * @param user the user's name
 * @param password where the password is found; null: none
 * @param connectTimeout longest wait for a connection
 * @param answerTimeout longest wait for an answer
 * @param batching when a batch is full
 */
public record ClickHouseConfig(
    String endpoint,
    String database,
    String user,
    @Nullable SecretReference password,
    Duration connectTimeout,
    Duration answerTimeout,
    Batching batching)
    implements Serializable {

  private static final String DEFAULT_USER = "default";
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
    if (user.isBlank()) {
      throw new IllegalArgumentException("ClickHouse: expected the name of a user");
    }
    if (database.isBlank()) {
      throw new IllegalArgumentException("ClickHouse: expected the name of a database");
    }
  }

  /** The user {@code default} without password, and defaults for the rest. */
  public static ClickHouseConfig of(String endpoint, String database) {
    return new ClickHouseConfig(
        endpoint, database, DEFAULT_USER, null, CONNECT_TIMEOUT, ANSWER_TIMEOUT, Batching.DEFAULT);
  }

  /** The same with a user and a password. */
  public ClickHouseConfig withUser(String newUser, @Nullable SecretReference newPassword) {
    return new ClickHouseConfig(
        endpoint, database, newUser, newPassword, connectTimeout, answerTimeout, batching);
  }

  /** The same with other timeouts. */
  public ClickHouseConfig withTimeouts(Duration connect, Duration answer) {
    return new ClickHouseConfig(endpoint, database, user, password, connect, answer, batching);
  }

  /** The same with other limits of a batch. */
  public ClickHouseConfig withBatching(Batching other) {
    return new ClickHouseConfig(
        endpoint, database, user, password, connectTimeout, answerTimeout, other);
  }

  /** The address for people: {@code clickhouse://host:port/database}. */
  public String address() {
    return "clickhouse" + endpoint.substring(endpoint.indexOf("://")) + "/" + database;
  }
}
