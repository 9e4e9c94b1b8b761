package io.millrace.local.process;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The record of a running stack, {@code stack.json} in its data directory.
 *
 * @param servers in their order of dependency
 */
public record StackState(List<Server> servers) {
  private static final String FILE = "stack.json";

  /** Allows for a clock that was set after the process start. */
  private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(2);

  public StackState {
    servers = List.copyOf(servers);
  }

  /**
   * One server.
   *
   * @param pid -1 for an external server; 0 just before a start
   * @param since start of the process; distinguishes it from a later one with the same pid
   */
  public record Server(String name, String address, long pid, Instant since, Path log) {
    public boolean isExternal() {
      return pid < 0;
    }

    /**
     * The recorded process if it is alive, else one with the mark of this server.
     *
     * @param directory the stack's data directory
     */
    public Optional<ProcessHandle> process(Path directory) {
      return isExternal()
          ? Optional.empty()
          : find(pid, since).or(() -> StackProcesses.find(directory, name));
    }
  }

  public Optional<Server> server(String name) {
    return servers.stream().filter(server -> server.name().equals(name)).findFirst();
  }

  /**
   * Makes a detached child reuse the server's running process, if any, and record itself before and
   * after a start. No effect on a child that ends with this process.
   */
  public static void follow(ChildProcess child, Path directory, String name, String address) {
    if (!child.isDetached()) {
      return;
    }
    child.detached(
        StackProcesses.find(directory, name),
        pid ->
            put(
                directory,
                new Server(
                    name,
                    address,
                    pid,
                    pid == 0
                        ? Instant.EPOCH
                        : ProcessHandle.of(pid)
                            .flatMap(process -> process.info().startInstant())
                            .orElse(Instant.EPOCH),
                    child.log())));
  }

  /** Adds or replaces a server's record. */
  public static synchronized void put(Path directory, Server server) {
    Map<String, Server> all = new LinkedHashMap<>();
    read(directory).ifPresent(state -> state.servers.forEach(known -> all.put(known.name, known)));
    all.put(server.name, server);
    new StackState(List.copyOf(all.values())).write(directory);
  }

  public static StackState of(List<LocalServer> servers) {
    return new StackState(
        servers.stream()
            .map(
                server ->
                    new Server(
                        server.name(),
                        server.address(),
                        server.pid(),
                        server.since().orElse(Instant.EPOCH),
                        server.log()))
            .toList());
  }

  static Optional<ProcessHandle> find(long pid, Instant since) {
    return ProcessHandle.of(pid <= 0 ? Long.MAX_VALUE : pid)
        .filter(ProcessHandle::isAlive)
        .filter(
            process ->
                process.info().startInstant().stream()
                    .map(start -> Duration.between(since, start).abs())
                    .anyMatch(difference -> difference.compareTo(CLOCK_TOLERANCE) <= 0));
  }

  public void write(Path directory) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    for (Server server : servers) {
      root.putObject(server.name())
          .put("address", server.address())
          .put("pid", server.pid())
          .put("since", server.since().toString())
          .put("log", server.log().toString());
    }
    Path file = directory.resolve(FILE);
    LocalFiles.writing(
        file,
        () -> {
          Path temporary = Files.createTempFile(directory, "stack", ".json");
          Files.writeString(temporary, root.toPrettyString() + "\n");
          Files.move(
              temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        });
  }

  public static Optional<StackState> read(Path directory) {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      JsonNode root = new ObjectMapper().readTree(LocalFiles.read(file));
      List<Server> servers = new ArrayList<>();
      for (var entry : root.properties()) {
        JsonNode server = entry.getValue();
        servers.add(
            new Server(
                entry.getKey(),
                server.path("address").asText(),
                server.path("pid").asLong(-1),
                Instant.parse(server.path("since").asText()),
                Path.of(server.path("log").asText())));
      }
      return Optional.of(new StackState(servers));
    } catch (JsonProcessingException | DateTimeException e) {
      throw new LocalStackException(
          file + " is corrupt. Stop the stack's processes (find them with ps) and delete it", e);
    }
  }

  public static void delete(Path directory) {
    try {
      Files.deleteIfExists(directory.resolve(FILE));
    } catch (IOException e) {
      throw new LocalStackException(
          "cannot delete " + directory.resolve(FILE) + ": " + e.getMessage(), e);
    }
  }
}
