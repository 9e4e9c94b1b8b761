package io.millrace.cli.stack;

import io.millrace.local.LocalStack;
import io.millrace.local.ServerStatus;
import io.millrace.local.kafka.SecureListener;
import io.millrace.pipeline.WrongUseException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The servers and addresses that `up` starts. If a server of the recorded stack runs, `up` starts
 * the missing ones at their recorded addresses. Otherwise it starts a new stack.
 */
record UpPlan(Path directory, List<ServerStatus> known, Set<Long> processes) {
  static UpPlan of(Path directory) {
    List<ServerStatus> recorded = LocalStack.status(directory);
    List<String> lost = LocalStack.unrecorded(directory);
    if (!lost.isEmpty()) {
      throw new WrongUseException(
          String.join(", ", lost)
              + ": running for this directory but not recorded. Stop the servers of the earlier"
              + " stack with `scripts/millrace down`");
    }
    boolean up = recorded.stream().anyMatch(ServerStatus::running);
    return new UpPlan(
        directory,
        up ? recorded : List.of(),
        recorded.stream()
            .filter(server -> server.running() && server.pid() > 0)
            .map(ServerStatus::pid)
            .collect(Collectors.toSet()));
  }

  boolean has(Predicate<String> name) {
    return known.stream().map(ServerStatus::name).anyMatch(name);
  }

  private Optional<ServerStatus> server(String name) {
    return known.stream().filter(server -> server.name().equals(name)).findFirst();
  }

  /**
   * The port of a local server.
   *
   * @param given the flag's value, or null
   */
  int port(String name, Integer given, String flag, int usual) {
    Optional<Integer> recorded =
        server(name)
            .filter(server -> server.pid() >= 0)
            .map(server -> server.address())
            .map(address -> Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
    boolean runs = server(name).filter(ServerStatus::running).isPresent();
    if (runs && given != null && given != 0 && !recorded.equals(Optional.of(given))) {
      throw elsewhere(name, flag);
    }
    return runs || given == null ? recorded.orElse(given == null ? usual : given) : given;
  }

  /**
   * Kafka's listener with TLS and login; empty for none. A running or dead Kafka of this stack
   * keeps the listener that it has.
   *
   * @param wanted whether the flag asks for one
   * @param given the port's flag, or null
   */
  Optional<SecureListener> secure(boolean wanted, Integer given, int usual) {
    Optional<SecureListener> recorded = SecureListener.recorded(directory);
    boolean runs = server("kafka").filter(ServerStatus::running).isPresent();
    if (runs && wanted && recorded.isEmpty()) {
      throw new WrongUseException(
          "kafka is already up without TLS. Stop it with `scripts/millrace down` before"
              + " `scripts/millrace up --secure`");
    }
    if (has("kafka"::equals) && (runs || !wanted)) {
      return recorded;
    }
    if (!wanted) {
      SecureListener.forget(directory);
      return Optional.empty();
    }
    int port = given == null ? recorded.map(SecureListener::port).orElse(usual) : given;
    return Optional.of(SecureListener.create(directory, port));
  }

  /** The address of an external server; empty if the server is local. */
  String external(String name, String given, String flag) {
    Optional<ServerStatus> recorded = server(name);
    boolean ours = recorded.filter(server -> server.pid() >= 0 && server.running()).isPresent();
    if (ours && !given.isEmpty()) {
      throw elsewhere(name, flag);
    }
    return given.isEmpty()
        ? recorded.filter(server -> server.pid() < 0).map(ServerStatus::address).orElse("")
        : given;
  }

  private WrongUseException elsewhere(String name, String flag) {
    return new WrongUseException(
        ("%s is already up at %s. Stop it with `scripts/millrace down` before using"
                + " another %s")
            .formatted(name, server(name).orElseThrow().address(), flag));
  }

  /** Stops the servers started since this plan was made. */
  void stopStarted() {
    LocalStack.stopAllBut(processes, directory);
  }
}
