package io.millrace.clickhouse.client;

import io.millrace.security.SecretReference;
import io.millrace.security.UserName;
import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import java.util.function.Consumer;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Configuration of writing to ClickHouse. Contains references to secrets, not secrets.
 *
 * @param endpoint {@code http://host:port} or {@code https://host:port}, nothing else
 * @param database the database, created if missing
 * @param user the user name, or a reference to it
 * @param password reference to the password; null: none
 * @param answerTimeout timeout of an answer
 * @param batching limits of a batch
 * @param onOperatorError behavior if an operator must fix something
 * @param caFile PEM file with trusted certificates; null: the JDK's
 * @param compression of INSERTs
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
    @Nullable String caFile,
    Compression compression)
    implements Serializable {

  public enum Writer {
    MILLRACE,
    /** Beam's ClickHouseIO, with its limits. */
    BEAM_IO
  }

  /** How the data of an INSERT is compressed on its way. */
  public enum Compression {
    LZ4,
    /** Half of LZ4's bytes, for several times its CPU. */
    ZSTD,
    NONE;

    /**
     * Reads the name in lower case.
     *
     * @throws IllegalArgumentException in one line with the expected names
     */
    public static Compression parse(String name) {
      return switch (name) {
        case "lz4" -> LZ4;
        case "zstd" -> ZSTD;
        case "none" -> NONE;
        default ->
            throw new IllegalArgumentException("expected lz4, zstd or none, found `" + name + "`");
      };
    }
  }

  /** Behavior if rows cannot be written before an operator fixes something. */
  public enum OnOperatorError {
    /** Rows wait, and the log contains the remedy at error level. */
    WAIT,
    /** The pipeline fails: for batch jobs, which can be restarted. */
    FAIL
  }

  private static final UserName DEFAULT_USER = UserName.parse("default");
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  // Above the slowest INSERT of a loaded server, because a timeout costs a retry of the batch.
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);

  /**
   * Validates the endpoint.
   *
   * @throws IllegalArgumentException in one line with the expected form
   */
  public ClickHouseConfig {
    URI uri;
    try {
      uri = URI.create(endpoint);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "ClickHouse: invalid address; expected http://HOST:PORT or https://HOST:PORT", e);
    }
    if (uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "ClickHouse: the address contains a user or password; use references instead");
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
      throw new IllegalArgumentException("ClickHouse: the database name is missing");
    }
  }

  /** A configuration with the user {@code default}, without password, and with defaults. */
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
        null,
        Compression.LZ4);
  }

  public ClickHouseConfig withUser(UserName newUser, @Nullable SecretReference newPassword) {
    return with(
        b -> {
          b.user = newUser;
          b.password = newPassword;
        });
  }

  public ClickHouseConfig withTimeouts(Duration connect, Duration answer) {
    return with(
        b -> {
          b.connectTimeout = connect;
          b.answerTimeout = answer;
        });
  }

  public ClickHouseConfig withAnswerTimeout(Duration answer) {
    return with(b -> b.answerTimeout = answer);
  }

  public ClickHouseConfig withBatching(Batching other) {
    return with(b -> b.batching = other);
  }

  public ClickHouseConfig withWriter(Writer other) {
    return with(b -> b.writer = other);
  }

  public ClickHouseConfig withOnOperatorError(OnOperatorError other) {
    return with(b -> b.onOperatorError = other);
  }

  public ClickHouseConfig withCaFile(@Nullable String file) {
    return with(b -> b.caFile = file);
  }

  public ClickHouseConfig withCompression(Compression other) {
    return with(b -> b.compression = other);
  }

  private ClickHouseConfig with(Consumer<Builder> change) {
    Builder builder = new Builder(this);
    change.accept(builder);
    return builder.build();
  }

  private static final class Builder {
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
    private Compression compression;

    Builder(ClickHouseConfig from) {
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
      compression = from.compression;
    }

    ClickHouseConfig build() {
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
          caFile,
          compression);
    }
  }

  /** The address for display, without secrets: {@code clickhouse://host:port/database}. */
  public String address() {
    return "clickhouse" + endpoint.substring(endpoint.indexOf("://")) + "/" + database;
  }
}
