package io.millrace.bench;

import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.local.Home;
import io.millrace.local.LocalClickHouse;
import io.millrace.local.LocalKafka;
import io.millrace.local.LocalStack;
import io.millrace.security.SecretReference;
import io.millrace.security.UserName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * What the runs of a whole pipeline need: a real Kafka, a real ClickHouse with a password, the
 * contract of the query events, and a directory for manifests. Closing stops the servers.
 */
public final class Bed implements AutoCloseable {
  /** Whom the servers know. */
  public static final String USER = "default";

  private static final String PASSWORD = "the-password";

  private final Path directory;
  private final Path contract;
  private final Path secret;
  private final LocalStack stack;
  private final Consumer<String> tell;

  private Bed(Path directory, int kafkaPort, Consumer<String> tell) {
    this.directory = directory;
    this.tell = tell;
    this.contract = directory.resolve("query-events.yaml");
    this.secret = directory.resolve("password");
    try (InputStream in = Bed.class.getResourceAsStream("/contracts/query-events.yaml")) {
      Files.copy(in, contract);
      Files.writeString(secret, PASSWORD);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + directory, e);
    }
    this.stack =
        LocalStack.builder()
            .dataDirectory(directory.resolve("stack"))
            .kafkaPort(kafkaPort)
            .clickHouseCredentials(USER, PASSWORD)
            // One of the contenders is ClickHouse's own reader.
            .clickHouseKafkaEngine(true)
            .progress(tell)
            .start();
  }

  /**
   * Starts the servers.
   *
   * @param directory empty
   * @param tell gets a line for each thing that happens
   */
  public static Bed start(Path directory, Consumer<String> tell) {
    return start(directory, 0, tell);
  }

  /**
   * Starts the servers.
   *
   * @param directory empty
   * @param kafkaPort where the broker listens; 0: at any free port
   * @param tell gets a line for each thing that happens
   */
  public static Bed start(Path directory, int kafkaPort, Consumer<String> tell) {
    return new Bed(directory, kafkaPort, tell);
  }

  /** Something done on a bed in a directory of its own, of which nothing is left. */
  public static <T> T inPassing(Consumer<String> tell, java.util.function.Function<Bed, T> done) {
    Path directory;
    try {
      Files.createDirectories(Home.data());
      directory = Files.createTempDirectory(Home.data(), "bench-");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + Home.data(), e);
    }
    try (Bed bed = start(directory, tell)) {
      return done.apply(bed);
    } finally {
      delete(directory);
    }
  }

  private static void delete(Path directory) {
    try (var paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + directory, e);
    }
  }

  /** Where to keep files as long as the bed stands. */
  public Path directory() {
    return directory;
  }

  /** The contract of the query events. */
  public Path contract() {
    return contract;
  }

  /** The broker, {@code host:port}. */
  public String kafka() {
    return stack.kafka().address();
  }

  /** The broker itself. */
  public LocalKafka broker() {
    return stack.kafka();
  }

  /** The broker's process. */
  public long kafkaPid() {
    return stack.kafka().pid();
  }

  /** ClickHouse's process. */
  public long clickHousePid() {
    return stack.clickHouse().pid();
  }

  /** The file that holds ClickHouse's password. */
  public Path passwordFile() {
    return secret;
  }

  /** The server itself. */
  public LocalClickHouse clickHouse() {
    return stack.clickHouse();
  }

  /** The flag by which the pipeline finds the password. */
  public String passwordFlag() {
    return "--clickHousePassword=file:" + secret;
  }

  /**
   * The flags of a run from a topic into a database.
   *
   * @param input the topic's address, as the flag takes it
   */
  public List<String> route(String input, String database, Path rules) {
    return List.of(
        "--input=" + input,
        "--output=clickhouse" + clickHouse().address().substring("http".length()) + "/" + database,
        passwordFlag(),
        "--contract=" + rules);
  }

  /** A database, asked without any proxy in between. */
  public ClickHouseConfig database(String name) {
    return ClickHouseConfig.of(clickHouse().address(), name)
        .withUser(UserName.parse(USER), SecretReference.parse("file:" + secret));
  }

  /** Runs a statement on the server itself. */
  public String query(String sql) {
    return clickHouse().query(sql).strip();
  }

  /** The number that a statement gives. */
  public long number(String sql) {
    return Long.parseLong(query(sql));
  }

  /** Tells the user that something happened. */
  public void tell(String line) {
    tell.accept(line);
  }

  @Override
  public void close() {
    stack.close();
  }
}
