package io.millrace.local.kafka;

import io.millrace.local.process.LocalFiles;
import io.millrace.local.process.LocalStackException;
import io.millrace.local.process.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;

/**
 * A listener of the local broker with TLS and login (SASL_SSL, SCRAM-SHA-512), beside the plaintext
 * one. It has a private certificate authority, one user, a random password, and a file for {@code
 * --kafkaConfig}. All of them stay in the stack's directory for later starts.
 *
 * @param directory of the stack
 */
public record SecureListener(Path directory, int port) {
  private static final String USER = "millrace";
  private static final String NAME = "SECURE";
  private static final int SCRAM_ITERATIONS = 4096;
  private static final int ANSWER_TIMEOUT_MS = 20_000;

  /** The listener of the stack's earlier start; empty if it had none. */
  public static Optional<SecureListener> recorded(Path directory) {
    Path file = portFile(directory);
    return Files.exists(file)
        ? Optional.of(
            new SecureListener(directory, Integer.parseInt(LocalFiles.read(file).strip())))
        : Optional.empty();
  }

  /**
   * A listener, recorded for later starts.
   *
   * @param port 0 picks a free one
   */
  public static SecureListener create(Path directory, int port) {
    int real = port == 0 ? Ports.free(Ports.Range.KAFKA_LISTENERS) : port;
    LocalFiles.write(portFile(directory), real + "\n");
    return new SecureListener(directory, real);
  }

  /** Forgets the listener. Keeps certificates and password. */
  public static void forget(Path directory) {
    LocalFiles.writing(portFile(directory), () -> Files.deleteIfExists(portFile(directory)));
  }

  private static Path portFile(Path directory) {
    return directory.resolve("kafka").resolve("secure.port");
  }

  /** {@code 127.0.0.1:19093}. */
  public String address() {
    return "127.0.0.1:" + port;
  }

  /** The properties file for {@code --kafkaConfig}. It refers to the password's file. */
  public Path clientConfig() {
    return directory.toAbsolutePath().normalize().resolve("kafka-client.properties");
  }

  private Path passwordFile() {
    return directory.toAbsolutePath().normalize().resolve("kafka.password");
  }

  /** Creates what is missing, and returns the broker's settings. */
  KafkaSettings prepare() {
    PrivateCa ca = PrivateCa.in(directory.toAbsolutePath().normalize().resolve("kafka-tls"));
    Path broker = ca.issue("broker", "localhost", "ip:127.0.0.1,dns:localhost");
    if (!Files.exists(passwordFile())) {
      byte[] random = new byte[16];
      new SecureRandom().nextBytes(random);
      PrivateCa.writePrivate(passwordFile(), HexFormat.of().formatHex(random));
    }
    LocalFiles.write(
        clientConfig(),
        """
        # For --kafkaConfig with kafka://%s/TOPIC. Contains no secret.
        security.protocol=SASL_SSL
        sasl.mechanism=SCRAM-SHA-512
        sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \\
          username="%s" password="${file:%s}";
        ssl.truststore.type=PEM
        ssl.truststore.location=%s
        """
            .formatted(address(), USER, passwordFile(), ca.certificate()));
    String prefix = "listener.name." + NAME.toLowerCase(Locale.ROOT) + ".";
    return new KafkaSettings(
        List.of(new KafkaSettings.Listener(NAME, "SASL_SSL", port)),
        Map.of(
            prefix + "ssl.keystore.type", "PEM",
            prefix + "ssl.keystore.location", broker.toString(),
            prefix + "sasl.enabled.mechanisms", "SCRAM-SHA-512",
            prefix + "scram-sha-512.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;"),
        address -> addUser(address, USER, LocalFiles.read(passwordFile())));
  }

  /** Adds a user with SCRAM-SHA-512, or changes its password. */
  public static void addUser(String address, String user, String password) {
    try (Admin admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                address,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                ANSWER_TIMEOUT_MS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                ANSWER_TIMEOUT_MS))) {
      admin
          .alterUserScramCredentials(
              List.of(
                  new UserScramCredentialUpsertion(
                      user,
                      new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, SCRAM_ITERATIONS),
                      password)))
          .all()
          .get(ANSWER_TIMEOUT_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new LocalStackException(
          "cannot add the user " + user + " to Kafka at " + address + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalStackException("interrupted while adding a user to Kafka", e);
    }
  }
}
