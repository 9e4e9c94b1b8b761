package io.millrace.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MatchResult;

/** Checks that files exist and can be read. */
final class FilePreflight {
  private static final int NAMED_FILES = 10;

  private FilePreflight() {}

  static List<String> check(FileAddress address) {
    return check(address, Files::isReadable);
  }

  /** The same with another test of readability. */
  static List<String> check(FileAddress address, Predicate<Path> readable) {
    List<MatchResult.Metadata> found;
    try {
      found = find(address);
    } catch (IOException e) {
      return List.of(address + " cannot be listed: " + e.getMessage());
    }
    return found.isEmpty() ? List.of(notFound(address, readable)) : unreadable(found, readable);
  }

  static List<String> unreadable(FileAddress address) {
    try {
      return unreadable(find(address), Files::isReadable);
    } catch (IOException e) {
      return List.of();
    }
  }

  private static List<MatchResult.Metadata> find(FileAddress address) throws IOException {
    MatchResult match = FileSystems.match(List.of(address.path())).get(0);
    return match.status() == MatchResult.Status.NOT_FOUND ? List.of() : match.metadata();
  }

  private static List<String> unreadable(
      List<MatchResult.Metadata> found, Predicate<Path> readable) {
    List<String> problems = new ArrayList<>();
    for (MatchResult.Metadata metadata : found) {
      Path path = Path.of(metadata.resourceId().toString());
      if (Files.isDirectory(path)) {
        problems.add(
            path + " is a directory: name its files, such as --input=file://" + path + "/*.jsonl");
      } else if (!readable.test(path)) {
        problems.add("file " + path + " is not readable: allow this user to read it");
      } else if (!Files.isRegularFile(path)) {
        problems.add(
            ("file %s cannot be read: it is a device or a pipe, not a regular file; copy"
                    + " its content to a file")
                .formatted(path));
      }
    }
    if (problems.size() > NAMED_FILES) {
      int more = problems.size() - NAMED_FILES;
      problems.subList(NAMED_FILES, problems.size()).clear();
      problems.add("and " + more + " more files are not readable");
    }
    return problems;
  }

  private static String notFound(FileAddress address, Predicate<Path> readable) {
    Path directory = directory(address);
    if (!Files.isDirectory(directory)) {
      return "directory " + directory + " does not exist: correct --input";
    }
    if (!readable.test(directory)) {
      return "directory " + directory + " is not readable: allow this user to read it";
    }
    return address.isPattern()
        ? "no file matches " + address.path() + ": correct --input"
        : "file " + address.path() + " does not exist: correct --input";
  }

  /** The directory of the file, or the last directory before a pattern. */
  private static Path directory(FileAddress address) {
    String path = address.path();
    int pattern = 0;
    while (pattern < path.length() && "*?[{".indexOf(path.charAt(pattern)) < 0) {
      pattern++;
    }
    return Path.of(path.substring(0, Math.max(1, path.lastIndexOf('/', pattern))));
  }
}
