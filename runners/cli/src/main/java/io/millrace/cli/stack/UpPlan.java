package io.millrace.cli.stack;

import io.millrace.local.LocalStack;
import io.millrace.local.ServerStatus;
import io.millrace.pipeline.WrongUseException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What `up` finds before it starts anything. If a server of the recorded stack runs, that stack is
 * completed: what is missing starts at the address that it had. Else a new stack is started.
 */
record UpPlan(Path directory, List<ServerStatus> known, Set<Long> processes) {
  static UpPlan of(Path directory) {
    List<ServerStatus> recorded = LocalStack.status(directory);
    List<String> lost = LocalStack.unrecorded(directory);
    if (!lost.isEmpty()) {
      throw new WrongUseException(
          String.join(", ", lost)
              + ": running for this directory but not recorded. `scripts/millrace down`"
              + " stops what is left of an earlier stack.");
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
   * The port of a server of ours.
   *
   * @param given by the flag, or null
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

  /** The address of a server that is not ours; empty if it is ours. */
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
        name
            + " is already up at "
            + server(name).orElseThrow().address()
            + ": `scripts/millrace down` stops it, then "
            + flag
            + " can choose another");
  }

  /** Ends what was started since. */
  void stopStarted() {
    LocalStack.stopAllBut(processes, directory);
  }
}
