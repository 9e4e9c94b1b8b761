package io.millrace.local.pubsub;

import io.millrace.local.process.ChildJvm;
import io.millrace.local.process.ChildProcess;
import io.millrace.local.process.Lifetime;
import io.millrace.local.process.LocalFiles;
import io.millrace.local.process.LocalServer;
import io.millrace.local.process.LocalStackException;
import io.millrace.local.process.Ports;
import io.millrace.local.process.StackProcesses;
import io.millrace.local.process.StackState;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Pub/Sub emulator of the Google Cloud CLI on 127.0.0.1, as a child process. Topics,
 * subscriptions and messages are in its memory: they are gone when it ends. A start takes 2 to 3
 * seconds on two cores; the heap is limited to 512 MB. {@code --pubsubEmulator} takes its address.
 *
 * <p>Not the emulator's own start script is run but its jar, so that it ends with its parent.
 */
public final class LocalPubsub extends LocalServer {
  public static final String NAME = "pubsub";

  private static final String LOOPBACK = "127.0.0.1:";

  private static final String INSTALL =
      "install it with `gcloud components install pubsub-emulator` or the package"
          + " google-cloud-cli-pubsub-emulator";

  private final int port;
  private final PubsubRest rest;

  private LocalPubsub(int port, ChildProcess child) {
    super(NAME, LOOPBACK + port, child);
    this.port = port;
    this.rest = PubsubRest.at(address());
  }

  /** The emulator's jar; empty if it is not installed. */
  public static Optional<Path> find() {
    return PubsubInstallation.find(System.getenv());
  }

  /**
   * Why tests with the emulator cannot run; empty if they can, or must: where the environment says
   * {@code CI} or {@code MILLRACE_REQUIRE_PUBSUB}, an emulator that is missing is a failure.
   */
  public static Optional<String> whyTestsCannotRun() {
    Map<String, String> environment = System.getenv();
    boolean required =
        !environment.getOrDefault("CI", "").isEmpty()
            || !environment.getOrDefault("MILLRACE_REQUIRE_PUBSUB", "").isEmpty();
    return required || find().isPresent()
        ? Optional.empty()
        : Optional.of("the Pub/Sub emulator is not installed: " + INSTALL);
  }

  /**
   * Starts an emulator that ends with this process.
   *
   * @param directory for its log
   * @throws LocalStackException if it is not installed or does not start
   */
  public static LocalPubsub start(Path directory) {
    LocalPubsub pubsub = create(directory, 0, Lifetime.WITH_PARENT);
    pubsub.start();
    return pubsub;
  }

  /**
   * Starts an emulator that outlives this process, until {@code LocalStack#down}.
   *
   * @param directory of the whole stack
   * @param port 0 for any free one
   * @throws LocalStackException if it is not installed or does not start
   */
  public static LocalPubsub startDetached(Path directory, int port) {
    LocalPubsub pubsub = create(directory, port, Lifetime.DETACHED);
    pubsub.start();
    return pubsub;
  }

  /**
   * @param directory of the whole stack; the emulator uses {@code pubsub/} and {@code logs/} in it
   * @param port 0 for any free one
   */
  static LocalPubsub create(Path directory, int port, Lifetime lifetime) {
    Path jar =
        find()
            .orElseThrow(
                () -> new LocalStackException("the Pub/Sub emulator is not installed: " + INSTALL));
    int realPort = port == 0 ? Ports.free(Ports.Range.PUBSUB) : port;
    Path absolute = directory.toAbsolutePath().normalize();
    Path home = absolute.resolve("pubsub");
    Path logging = quiet(home);
    List<String> command =
        ChildJvm.foreign(
            List.of(
                StackProcesses.mark(absolute, NAME),
                "-Xmx512m",
                "-XX:+ExitOnOutOfMemoryError",
                "-Djava.util.logging.config.file=" + logging),
            jar.toString(),
            PubsubInstallation.mainClass(jar),
            lifetime,
            List.of("--host=127.0.0.1", "--port=" + realPort));
    ChildProcess child =
        new ChildProcess(
            NAME,
            command,
            home,
            Map.of(),
            absolute.resolve("logs").resolve("pubsub.log"),
            lifetime);
    StackState.follow(child, absolute, NAME, LOOPBACK + realPort);
    return new LocalPubsub(realPort, child);
  }

  /** Unless told otherwise it prints several lines for each request. */
  private static Path quiet(Path home) {
    Path file = home.resolve("logging.properties");
    LocalFiles.write(file, "handlers=java.util.logging.ConsoleHandler\n.level=WARNING\n");
    return file;
  }

  /** What is in it. */
  public PubsubRest rest() {
    return rest;
  }

  @Override
  protected void prepare() {
    Ports.requireFree(port, "--pubsubPort");
  }

  @Override
  protected boolean answers() {
    return answers(address());
  }

  /** Whether an emulator answers there. */
  public static boolean answers(String address) {
    // A bare connection first: a client would wait for one that is refused.
    return Ports.accepts(address) && PubsubRest.at(address).answers();
  }
}
