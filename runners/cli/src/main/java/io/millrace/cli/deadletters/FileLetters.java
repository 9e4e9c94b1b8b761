package io.millrace.cli.deadletters;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.millrace.cli.explain.StoredDeadLetter;
import io.millrace.pipeline.WrongUseException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.PatternSyntaxException;

/**
 * The dead letters of files that Millrace has written, one line of JSON each. Cost: one line in
 * memory.
 *
 * @param directory the directory of the files
 * @param names a pattern of their names
 */
record FileLetters(Path directory, String names) implements LetterStore {
  static final String SCHEME = "file://";
  private static final String WRITTEN = "dead-letters-*.jsonl";

  /**
   * Parses a URL: a directory that {@code --deadLetters} named, a file, or a pattern of files.
   *
   * @throws IllegalArgumentException in one line
   */
  static FileLetters parse(String url) {
    String path = url.substring(SCHEME.length());
    int slash = path.lastIndexOf('/');
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException(
          "`" + url + "`: expected file:///directory/ or file:///directory/*.jsonl");
    }
    String name = path.substring(slash + 1);
    return new FileLetters(Path.of(path.substring(0, slash + 1)), name.isEmpty() ? WRITTEN : name);
  }

  @Override
  public String address() {
    return SCHEME + directory + "/" + names;
  }

  @Override
  public void read(LetterFilter filter, boolean values, Consumer<StoredDeadLetter> letters) {
    for (Path file : files()) {
      read(
          file,
          letter -> {
            if (filter.takes(letter)) {
              letters.accept(letter);
            }
          });
    }
  }

  private List<Path> files() {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, names)) {
      found.forEach(files::add);
    } catch (IOException | DirectoryIteratorException | PatternSyntaxException e) {
      throw new WrongUseException(
          "--from: cannot read the directory %s (%s)"
              .formatted(directory, e.getClass().getSimpleName()));
    }
    if (files.isEmpty()) {
      throw new WrongUseException("--from: no file fits " + address());
    }
    files.sort(null);
    return files;
  }

  private static void read(Path file, Consumer<StoredDeadLetter> letters) {
    long number = 0;
    // The lines are ASCII; another character makes a line that is none.
    try (BufferedReader lines = Files.newBufferedReader(file, ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (!line.isBlank()) {
          letters.accept(LetterJson.parse(line.getBytes(ISO_8859_1)));
        }
      }
    } catch (IOException e) {
      throw new WrongUseException(
          "--from: cannot read %s after line %d (%s)"
              .formatted(file, number, e.getClass().getSimpleName()));
    } catch (IllegalArgumentException e) {
      throw new WrongUseException(
          "--from: %s, line %d: %s".formatted(file, number, e.getMessage()));
    }
  }
}
