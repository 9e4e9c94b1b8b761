package io.millrace.archive.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.io.FileSystems;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Checks an archive's root, and prepares it. */
public final class StoreCheck {
  /** No attempt to write a file takes longer. */
  private static final Duration ABANDONED = Duration.ofDays(1);

  private StoreCheck() {}

  /** What prevents writing, one line each; empty if there is nothing. Changes nothing. */
  public static List<String> problems(ArchiveStore store) {
    return store.writeProblems();
  }

  static List<String> local(Path root) {
    Path existing = root;
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (existing == null || !Files.isDirectory(existing)) {
      return List.of(
          "archive directory %s: %s is not a directory; correct --output"
              .formatted(root, existing));
    }
    return Files.isWritable(existing) && Files.isExecutable(existing)
        ? List.of()
        : List.of(
            "archive directory %s: this user has no permission to write in %s"
                .formatted(root, existing));
  }

  static List<String> remote(String root) {
    try {
      FileSystems.match(root + "/" + Manifest.DIRECTORY + "/*");
      return List.of();
    } catch (IOException | RuntimeException e) {
      return List.of(
          ("archive %s cannot be listed (%s); check that the bucket exists and that this account may"
                  + " list, read, write and delete its objects")
              .formatted(root, reason(e)));
    }
  }

  private static String reason(Exception e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /**
   * Creates a local root, and deletes the incomplete files that crashed writers have left there.
   *
   * @throws IOException if it cannot be created
   */
  public static void prepare(ArchiveStore store, Instant now) throws IOException {
    Path root = localRoot(store);
    if (root == null) {
      return;
    }
    Path staging = root.resolve(ArchiveStore.STAGING);
    Files.createDirectories(staging);
    try (Stream<Path> files = Files.list(staging)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (wasModifiedBefore(file, now.minus(ABANDONED))) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static boolean wasModifiedBefore(Path file, Instant time) throws IOException {
    try {
      return Files.getLastModifiedTime(file).toInstant().isBefore(time);
    } catch (NoSuchFileException e) {
      // Another worker has completed it since.
      return false;
    }
  }

  private static @Nullable Path localRoot(ArchiveStore store) {
    String local = "file://";
    return store.root().startsWith(local) ? Path.of(store.root().substring(local.length())) : null;
  }
}
