package io.millrace.local;

import io.millrace.local.process.LocalFiles;
import io.millrace.local.process.StackState;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The random password of a local ClickHouse's user {@code default}, kept in a file of the data
 * directory that only its owner can read. Commands get a reference to the file, so users need not
 * enter it.
 */
public final class StackPassword {
  private static final String FLAG = "--clickHousePassword";
  private static final String FILE = "clickhouse.password";
  private static final int BYTES = 16;

  private StackPassword() {}

  /**
   * The file with the password; created if missing.
   *
   * @param directory of the stack
   */
  public static Path fileIn(Path directory) {
    Path file = directory.toAbsolutePath().normalize().resolve(FILE);
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    LocalFiles.writing(
        file,
        () -> {
          // Java lets only the owner read a temporary file.
          Path made = Files.createTempFile(file.getParent(), FILE, ".new");
          try {
            Files.writeString(made, HexFormat.of().formatHex(random));
            Files.createLink(file, made);
          } catch (FileAlreadyExistsException e) {
            // The stack has a password.
          } finally {
            Files.delete(made);
          }
        });
    return file;
  }

  static String read(Path file) {
    return LocalFiles.read(file).strip();
  }

  /**
   * The password file of the recorded stack's ClickHouse, if it has the given address and is local.
   *
   * @param directory of the stack
   * @param hostPort {@code 127.0.0.1:18123}
   */
  public static Optional<Path> fileFor(Path directory, String hostPort) {
    String address = "http://" + hostPort.replaceFirst("^localhost:", "127.0.0.1:");
    Path file = directory.toAbsolutePath().normalize().resolve(FILE);
    return StackState.read(directory)
        .flatMap(state -> state.server("clickhouse"))
        .filter(server -> !server.isExternal() && server.address().equals(address))
        .filter(server -> Files.exists(file))
        .map(server -> file);
  }

  /** The address with user and password. */
  static String url(String address, Path file) {
    return address.replaceFirst("^http://", "http://default:" + read(file) + "@");
  }

  /**
   * Adds the reference to the password to a command's flags. Does so only if each ClickHouse in
   * {@code --output} is the recorded stack's and the flags set neither user nor password.
   *
   * @param directory the stack's data directory
   * @return the same flags if nothing is added
   */
  public static String[] addTo(String[] flags, Path directory) {
    List<Optional<Path>> files = new ArrayList<>();
    for (int i = 0; i < flags.length; i++) {
      if (flags[i].startsWith(FLAG) || flags[i].startsWith("--clickHouseUser")) {
        return flags;
      }
      String outputs =
          flags[i].equals("--output") && i + 1 < flags.length
              ? flags[i + 1]
              : flags[i].startsWith("--output=") ? flags[i].substring("--output=".length()) : "";
      hosts(outputs).forEach(host -> files.add(fileFor(directory, host)));
    }
    if (files.isEmpty() || files.contains(Optional.<Path>empty())) {
      return flags;
    }
    String[] more = Arrays.copyOf(flags, flags.length + 1);
    more[flags.length] = FLAG + "=file:" + files.get(0).orElseThrow();
    return more;
  }

  /** The ClickHouse servers of the outputs, {@code host:port}. */
  private static List<String> hosts(String outputs) {
    return Arrays.stream(outputs.split(",", -1))
        .map(String::strip)
        .filter(output -> output.startsWith("clickhouse://"))
        .map(output -> output.substring("clickhouse://".length()).split("[/?]", 2)[0])
        .toList();
  }
}
