package io.millrace.archive.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.io.fs.MoveOptions.StandardMoveOptions;
import org.apache.beam.sdk.io.fs.ResourceId;

/**
 * The files below the root of an archive, by their path relative to it. A file appears under its
 * name when it is complete, and replaces one with the same name. Thread-safe.
 *
 * <p>Local files are synced to disk and renamed. A file in an object store appears when its upload
 * is complete.
 *
 * @param root the root without a slash at its end: {@code file:///dir} or {@code gs://bucket/dir}
 */
public record ArchiveStore(String root) {
  private static final String LOCAL = "file://";

  /** Where local files are until they are complete. */
  static final String STAGING = "_staging";

  private static final String PARQUET = "application/vnd.apache.parquet";

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private boolean isLocal() {
    return root.startsWith(LOCAL);
  }

  private Path local(String path) {
    return Path.of(root.substring(LOCAL.length()), path);
  }

  private ResourceId resource(String path) {
    return FileSystems.matchNewResource(
        isLocal() ? local(path).toString() : root + "/" + path, false);
  }

  /** Writes a file. Repeat it after a failure. */
  public void write(String path, Content content) throws IOException {
    if (!isLocal()) {
      try (WritableByteChannel channel = FileSystems.create(resource(path), PARQUET);
          OutputStream out = Channels.newOutputStream(channel)) {
        content.writeTo(out);
      }
      return;
    }
    Path target = local(path);
    Path staged =
        local(STAGING).resolve(target.getFileName() + "." + Thread.currentThread().getId());
    Files.createDirectories(staged.getParent());
    Files.createDirectories(target.getParent());
    try (FileChannel channel =
        FileChannel.open(
            staged,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      OutputStream out = Channels.newOutputStream(channel);
      content.writeTo(out);
      channel.force(true);
    }
    Files.move(staged, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  public boolean exists(String path) throws IOException {
    return FileSystems.match(resource(path).toString()).status() == MatchResult.Status.OK;
  }

  /** All bytes of a file. */
  public byte[] read(String path) throws IOException {
    try (ReadableByteChannel channel = FileSystems.open(resource(path));
        InputStream in = Channels.newInputStream(channel)) {
      return in.readAllBytes();
    }
  }

  /** Some bytes of a file, all of which must be there. */
  public byte[] read(String path, long from, int length) throws IOException {
    try (ReadableByteChannel channel = FileSystems.open(resource(path))) {
      if (!(channel instanceof SeekableByteChannel file)) {
        throw new IOException("the file system cannot read a part of a file");
      }
      file.position(from);
      ByteBuffer bytes = ByteBuffer.allocate(length);
      while (bytes.hasRemaining()) {
        if (file.read(bytes) < 0) {
          throw new FileNotFoundException(path + ": it ends before byte " + (from + length));
        }
      }
      return bytes.array();
    }
  }

  /** Deletes files; those that do not exist are no problem. */
  public void delete(List<String> paths) throws IOException {
    FileSystems.delete(
        paths.stream().map(this::resource).toList(), StandardMoveOptions.IGNORE_MISSING_FILES);
  }

  /**
   * The paths of the files below a directory whose names end with a text; none if it does not
   * exist.
   */
  public List<String> list(String directory, String ending) throws IOException {
    if (isLocal()) {
      return listLocal(local(directory), ending);
    }
    MatchResult match = FileSystems.match(root + "/" + directory + "/**" + ending);
    List<String> found = new ArrayList<>();
    if (match.status() != MatchResult.Status.NOT_FOUND) {
      for (MatchResult.Metadata file : match.metadata()) {
        found.add(file.resourceId().toString().substring(root.length() + 1));
      }
    }
    return found;
  }

  private List<String> listLocal(Path directory, String ending) throws IOException {
    Path top = local("");
    List<String> found = new ArrayList<>();
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile() && file.toString().endsWith(ending)) {
              found.add(top.relativize(file).toString());
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            // The directory itself, or a file that was deleted after it was listed
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }
        });
    return found;
  }

  /** Whether the root can be written, see {@link StoreCheck}. */
  List<String> writeProblems() {
    return isLocal() ? StoreCheck.local(local("")) : StoreCheck.remote(root);
  }
}
