package io.millrace.kafka.client;

import io.millrace.io.flags.FlagReader;
import io.millrace.security.SecretReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Reads flags whose value is a properties file of Kafka's clients, or a reference to one. */
public final class ClientPropertiesFlag {
  private static final String NOT_ON_DATAFLOW =
      " not supported on Dataflow, whose workers have no files and environment of yours; use"
          + " gcp-secret:projects/PROJECT/secrets/SECRET/versions/VERSION";

  private ClientPropertiesFlag() {}

  /**
   * Reads a flag and reports every problem of the flag and the file. A file that is a secret is
   * read on the workers, and here only by the preflight.
   *
   * @param text path of a properties file, or a reference to a secret with its content
   * @param servers brokers of the address, separated by commas; empty if unknown
   * @return {@link ClientProperties#NONE} if the flag is missing or there is a problem
   */
  public static ClientProperties read(
      String flag, @Nullable String text, String servers, FlagReader flags) {
    if (text == null) {
      return ClientProperties.NONE;
    }
    if (SecretReference.isReference(text)) {
      SecretReference reference = flags.parsed(flag, text, SecretReference::parse);
      if (!flags.runner().sharesFiles() && SecretReference.isLocal(text)) {
        flags.problem(flag, "env: and file: are" + NOT_ON_DATAFLOW);
      }
      return reference == null ? ClientProperties.NONE : ClientProperties.ofSecret(reference);
    }
    String content = flags.parsed(flag, text, ClientPropertiesFlag::content);
    if (content == null) {
      return ClientProperties.NONE;
    }
    PropertiesFile file =
        PropertiesFile.parse(
            content,
            false,
            servers.isEmpty() ? Set.of() : Set.copyOf(Arrays.asList(servers.split(",", -1))));
    file.problems().forEach(line -> flags.problem(flag, text + ": " + line));
    if (!flags.runner().sharesFiles()) {
      file.onlyOnThisMachine()
          .forEach(
              name ->
                  flags.problem(
                      flag, text + ": " + name + ": files and environment are" + NOT_ON_DATAFLOW));
    }
    return new ClientProperties(file.values(), null);
  }

  private static String content(String path) {
    try {
      return Files.readString(Path.of(path));
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException(
          "`%s` cannot be read (%s); expected the path of a properties file, or a reference: %s"
              .formatted(path, e.getClass().getSimpleName(), PropertiesFile.REFERENCES),
          e);
    }
  }
}
