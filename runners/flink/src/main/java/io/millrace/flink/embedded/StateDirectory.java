package io.millrace.flink.embedded;

import io.millrace.io.flags.ConfigException;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.util.FileUtils;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The directory in which runs on this machine keep their state. Locked until closed, or until the
 * process ends in any way.
 *
 * <pre>
 * lock                            the process that uses the directory
 * work/                           Flink's temporary files, deleted at each start
 * run-000007/run.json             what the snapshots of the seventh run depend on
 * run-000007/JOB/chk-12/          a checkpoint
 * run-000007/savepoint-…/         the state at the end of the run, if it was stopped
 * </pre>
 *
 * <p>A snapshot is complete once it has a readable {@code _metadata}, which Flink writes last. The
 * snapshots of earlier runs are kept until a later run has a complete one. Deletes only files of
 * these names.
 */
final class StateDirectory implements AutoCloseable {
  private static final String METADATA = "_metadata";
  private static final Pattern RUN = Pattern.compile("run-([0-9]{6,9})");
  private static final Pattern CHECKPOINT = Pattern.compile("chk-([0-9]{1,18})");

  private final Path directory;
  private final FileChannel lock;

  private StateDirectory(Path directory, FileChannel lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /**
   * Locks a directory. Creates it if it is missing.
   *
   * @throws ConfigException in one line, if another run uses it or it cannot be written
   */
  static StateDirectory lock(Path given) {
    Path directory = given.toAbsolutePath().normalize();
    FileChannel channel = null;
    try {
      Files.createDirectories(directory);
      Path file = directory.resolve("lock");
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (tryLock(channel) == null) {
        String owner = Files.readString(file).strip();
        throw new ConfigException(
            List.of(
                "--state=%s: another run uses this directory%s. Stop that run, or use another directory"
                    .formatted(given, owner.isEmpty() ? "" : " (process " + owner + ")")));
      }
      channel.truncate(0);
      byte[] pid =
          (ProcessHandle.current().pid() + System.lineSeparator())
              .getBytes(StandardCharsets.US_ASCII);
      int unused = channel.write(ByteBuffer.wrap(pid), 0);
      StateDirectory locked = new StateDirectory(directory, channel);
      FileUtils.deleteDirectory(locked.work().toFile());
      channel = null;
      return locked;
    } catch (IOException e) {
      throw new ConfigException(
          List.of(
              "--state=%s: cannot write to this directory (%s). Check its path and permissions"
                  .formatted(given, e.getClass().getSimpleName())));
    } finally {
      closeQuietly(channel);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Another run of this process has it.
      return null;
    }
  }

  private static void closeQuietly(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // The lock ends with the process.
    }
  }

  @Override
  public String toString() {
    return directory.toString();
  }

  /** Directory for temporary files; not there at the start. */
  Path work() {
    return directory.resolve("work");
  }

  /**
   * The newest complete snapshot of all runs; empty if there is none.
   *
   * @param ignored receives a line for each newer snapshot that cannot be read
   * @throws ConfigException if it is unknown what the snapshot depends on
   */
  Optional<SavedState> newest(Consumer<String> ignored) {
    for (Path run : runs()) {
      for (Path snapshot : snapshots(run)) {
        Path metadata = snapshot.resolve(METADATA);
        try (DataInputStream in = new DataInputStream(Files.newInputStream(metadata))) {
          Checkpoints.loadCheckpointMetadata(
                  in, StateDirectory.class.getClassLoader(), snapshot.toString())
              .getCheckpointId();
          return Optional.of(
              new SavedState(
                  run, snapshot, record(run), Files.getLastModifiedTime(metadata).toInstant()));
        } catch (IOException | RuntimeException e) {
          if (e instanceof ConfigException problem) {
            throw problem;
          }
          ignored.accept(snapshot + " is incomplete and was ignored");
        }
      }
    }
    return Optional.empty();
  }

  private static RunRecord record(Path run) {
    Path file = run.resolve(RunRecord.FILE);
    try {
      return RunRecord.parse(Files.readString(file));
    } catch (IOException e) {
      throw new ConfigException(
          List.of(
              file
                  + " is missing or corrupt, so the state beside it cannot be used. Restore the file, or"
                  + " give --state another directory"));
    }
  }

  /** Creates the directory of a new run. */
  Path newRun() {
    List<Path> runs = runs();
    long last = runs.isEmpty() ? 0 : number(RUN, runs.get(0));
    Path run = directory.resolve("run-%06d".formatted(last + 1));
    try {
      return Files.createDirectory(run);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create " + run, e);
    }
  }

  /** Writes what the snapshots of a run will depend on. Call it before the first of them. */
  static void write(Path run, RunRecord record) {
    try {
      Path written = Files.writeString(run.resolve(RunRecord.FILE + ".new"), record.toJson());
      Files.move(written, run.resolve(RunRecord.FILE), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + run, e);
    }
  }

  /** Whether a run has a snapshot that its successor can restore. */
  boolean hasSnapshot(Path run) {
    return !snapshots(run).isEmpty();
  }

  /** Deletes the directories of all other runs. */
  void deleteOthers(Path run) {
    for (Path other : runs()) {
      if (!other.equals(run)) {
        try {
          FileUtils.deleteDirectory(other.toFile());
        } catch (IOException e) {
          // The next run tries again.
        }
      }
    }
  }

  /** Directories of runs, the last run first. */
  private List<Path> runs() {
    List<Path> runs = new ArrayList<>(list(directory));
    runs.removeIf(path -> number(RUN, path) < 0);
    runs.sort(Comparator.comparingLong((Path path) -> number(RUN, path)).reversed());
    return runs;
  }

  /** Snapshots of a run with metadata: savepoints, which end a run, then the last checkpoint. */
  private static List<Path> snapshots(Path run) {
    List<Path> snapshots = new ArrayList<>();
    List<Path> checkpoints = new ArrayList<>();
    for (Path path : list(run)) {
      if (path.getFileName().toString().startsWith(SavedState.SAVEPOINT)) {
        snapshots.add(path);
      } else {
        checkpoints.addAll(list(path));
      }
    }
    checkpoints.removeIf(path -> number(CHECKPOINT, path) < 0);
    checkpoints.sort(Comparator.comparingLong((Path path) -> number(CHECKPOINT, path)).reversed());
    snapshots.addAll(checkpoints);
    snapshots.removeIf(path -> !Files.isRegularFile(path.resolve(METADATA)));
    return snapshots;
  }

  private static long number(Pattern name, Path path) {
    Matcher matcher = name.matcher(path.getFileName().toString());
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
  }

  private static List<Path> list(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    } catch (IOException | UncheckedIOException e) {
      // Flink deletes checkpoints meanwhile.
      return List.of();
    }
  }

  @Override
  public void close() {
    closeQuietly(lock);
  }
}
