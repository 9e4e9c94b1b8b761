package io.millrace.bench.harness;

import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.local.LocalStack;
import io.millrace.local.clickhouse.LocalClickHouse;
import io.millrace.local.kafka.LocalKafka;
import io.millrace.local.process.LocalFiles;
import io.millrace.local.process.MillraceHome;
import io.millrace.security.SecretReference;
import io.millrace.security.UserName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The environment of pipeline runs: a real Kafka, a real ClickHouse with a password, the contract
 * of the query events, and a directory for files. Closing stops the servers.
 */
public final class BenchEnvironment implements AutoCloseable {
  /** ClickHouse's user. */
  public static final String USER = "default";

  private static final String PASSWORD = "the-password";

  private final Path directory;
  private final Path contract;
  private final Path secret;
  private final LocalStack stack;
  private final Consumer<String> progress;

  private BenchEnvironment(Path directory, int kafkaPort, Consumer<String> progress) {
    this.directory = directory;
    this.progress = progress;
    this.contract = directory.resolve("query-events.yaml");
    this.secret = directory.resolve("password");
    try (InputStream in =
        BenchEnvironment.class.getResourceAsStream("/contracts/query-events.yaml")) {
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
            // For the contender that reads with ClickHouse's Kafka engine.
            .clickHouseKafkaEngine(true)
            .progress(progress)
            .start();
  }

  /** Starts the servers with a free port for the broker. */
  public static BenchEnvironment start(Path directory, Consumer<String> progress) {
    return start(directory, 0, progress);
  }

  /**
   * Starts the servers.
   *
   * @param directory empty
   * @param kafkaPort the broker's port; 0 picks a free one
   * @param progress receives progress lines
   */
  public static BenchEnvironment start(Path directory, int kafkaPort, Consumer<String> progress) {
    return new BenchEnvironment(directory, kafkaPort, progress);
  }

  /** Runs an action on an environment in a temporary directory, which is deleted afterwards. */
  public static <T> T withTemporary(
      Consumer<String> progress, Function<BenchEnvironment, T> action) {
    Path directory;
    try {
      Files.createDirectories(MillraceHome.data());
      directory = Files.createTempDirectory(MillraceHome.data(), "bench-");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + MillraceHome.data(), e);
    }
    try (BenchEnvironment environment = start(directory, progress)) {
      return action.apply(environment);
    } finally {
      delete(directory);
    }
  }

  /**
   * Measures something in a temporary environment, and prints the report with the work of others.
   *
   * @return the exit code
   */
  public static int print(boolean json, Function<BenchEnvironment, Report> measurement) {
    OtherWork others = OtherWork.begin();
    return others.judge(withTemporary(System.err::println, measurement)).print(json);
  }

  private static void delete(Path directory) {
    try {
      LocalFiles.deleteTree(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + directory, e);
    }
  }

  public Path directory() {
    return directory;
  }

  /** The contract of the query events. */
  public Path contract() {
    return contract;
  }

  /** The contract of the query events without its roll-ups. */
  public Path contractWithoutRollups() {
    Path file = directory.resolve("without-rollups.yaml");
    try {
      return Files.writeString(file, withoutRollups(contract));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  /** The text of a contract without its roll-ups, which come last in the file. */
  public static String withoutRollups(Path contract) throws IOException {
    String all = Files.readString(contract);
    return all.substring(0, all.indexOf("\nrollups:") + 1);
  }

  /** The broker, {@code host:port}. */
  public String kafka() {
    return stack.kafka().address();
  }

  public LocalKafka broker() {
    return stack.kafka();
  }

  /** The broker's process. */
  public long kafkaPid() {
    return stack.kafka().pid();
  }

  /** The file with ClickHouse's password. */
  public Path passwordFile() {
    return secret;
  }

  public LocalClickHouse clickHouse() {
    return stack.clickHouse();
  }

  public String passwordFlag() {
    return "--clickHousePassword=file:" + secret;
  }

  /**
   * The flags of a run from a topic into a database.
   *
   * @param input the topic's URL
   */
  public List<String> route(String input, String database, Path rules) {
    return List.of(
        "--input=" + input,
        "--output=clickhouse" + clickHouse().address().substring("http".length()) + "/" + database,
        passwordFlag(),
        "--contract=" + rules);
  }

  /** A database, accessed without a proxy. */
  public ClickHouseConfig database(String name) {
    return ClickHouseConfig.of(clickHouse().address(), name)
        .withUser(UserName.parse(USER), SecretReference.parse("file:" + secret));
  }

  /** Runs a statement directly on the server. */
  public String query(String sql) {
    return clickHouse().query(sql).strip();
  }

  /** The number that a statement returns. */
  public long number(String sql) {
    return Long.parseLong(query(sql));
  }

  /** The rows of a statement that returns names and numbers. */
  public Map<String, Long> numbers(String sql) {
    return query(sql)
        .lines()
        .map(line -> line.split("\t", -1))
        .collect(Collectors.toMap(row -> row[0], row -> Long.parseLong(row[1])));
  }

  public void progress(String line) {
    progress.accept(line);
  }

  @Override
  public void close() {
    stack.close();
  }
}
