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
 * The Google Cloud CLI's Pub/Sub emulator on 127.0.0.1, as a child process. Keeps topics,
 * subscriptions and messages in memory. A start takes 2 to 3 seconds on two cores; the heap is
 * limited to 512 MB. Its address is a value for {@code --pubsubEmulator}.
 *
 * <p>Runs the emulator's jar instead of its script, so that it ends with its parent.
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
   * Why tests with the emulator cannot run; empty if they can. Also empty if {@code CI} or {@code
   * MILLRACE_REQUIRE_PUBSUB} is set, so that a missing emulator fails the tests.
   */
  public static Optional<String> whyTestsCannotRun() {
    Map<String, String> environment = System.getenv();
    boolean required =
        !environment.getOrDefault("CI", "").isEmpty()
            || !environment.getOrDefault("MILLRACE_REQUIRE_PUBSUB", "").isEmpty();
    return required || find().isPresent()
        ? Optional.empty()
        : Optional.of("the Pub/Sub emulator is not installed; " + INSTALL);
  }

  /**
   * Starts an emulator that ends with this process.
   *
   * @param directory for its log
   * @throws LocalStackException if it is not installed or fails to start
   */
  public static LocalPubsub start(Path directory) {
    LocalPubsub pubsub = create(directory, 0, Lifetime.WITH_PARENT);
    pubsub.start();
    return pubsub;
  }

  /**
   * Starts an emulator that outlives this process, until {@code LocalStack#down}.
   *
   * @param directory the stack's data directory
   * @param port 0 picks a free one
   * @throws LocalStackException if it is not installed or fails to start
   */
  public static LocalPubsub startDetached(Path directory, int port) {
    LocalPubsub pubsub = create(directory, port, Lifetime.DETACHED);
    pubsub.start();
    return pubsub;
  }

  /**
   * @param directory the stack's data directory; the emulator uses {@code pubsub/} and {@code
   *     logs/}
   * @param port 0 picks a free one
   */
  static LocalPubsub create(Path directory, int port, Lifetime lifetime) {
    Path jar =
        find()
            .orElseThrow(
                () -> new LocalStackException("the Pub/Sub emulator is not installed; " + INSTALL));
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

  /** Disables the emulator's default logging of several lines per request. */
  private static Path quiet(Path home) {
    Path file = home.resolve("logging.properties");
    LocalFiles.write(file, "handlers=java.util.logging.ConsoleHandler\n.level=WARNING\n");
    return file;
  }

  /** A client of the emulator. */
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

  /** Whether an emulator responds at the address. */
  public static boolean answers(String address) {
    // A plain connection first, because a client would retry a refused one.
    return Ports.accepts(address) && PubsubRest.at(address).answers();
  }
}
