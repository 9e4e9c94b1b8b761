package io.millrace.cli.dataflow;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Runs gcloud, the Google Cloud CLI, from a search path. */
record Gcloud(Path program) {
  /**
   * Finds gcloud on a search path.
   *
   * @param searchPath directories, as in the environment variable PATH; may be null
   * @return null if no directory contains gcloud
   */
  static @Nullable Gcloud on(@Nullable String searchPath) {
    String rest = searchPath == null ? "" : searchPath;
    while (!rest.isEmpty()) {
      int end = rest.indexOf(File.pathSeparatorChar);
      String directory = end < 0 ? rest : rest.substring(0, end);
      Path program = Path.of(directory, "gcloud");
      if (Files.isExecutable(program) && !Files.isDirectory(program)) {
        return new Gcloud(program);
      }
      rest = end < 0 ? "" : rest.substring(end + 1);
    }
    return null;
  }

  /**
   * Runs a command and streams its output.
   *
   * @return its exit code
   */
  int run(List<String> command, PrintStream out) throws IOException, InterruptedException {
    Process process = start(command, new ProcessBuilder().redirectErrorStream(true));
    try (InputStream output = process.getInputStream()) {
      output.transferTo(out);
    }
    out.flush();
    return process.waitFor();
  }

  /** Returns a command's output lines; empty if it fails. Its errors go to standard error. */
  List<String> outputOf(List<String> command) throws IOException, InterruptedException {
    Process process =
        start(command, new ProcessBuilder().redirectError(ProcessBuilder.Redirect.INHERIT));
    String answer;
    try (InputStream output = process.getInputStream()) {
      answer = new String(output.readAllBytes(), StandardCharsets.UTF_8);
    }
    return process.waitFor() == 0
        ? answer.lines().filter(line -> !line.isBlank()).toList()
        : List.of();
  }

  private Process start(List<String> command, ProcessBuilder builder) throws IOException {
    List<String> words = new ArrayList<>(command);
    words.set(0, program.toString());
    return builder.command(words).redirectInput(ProcessBuilder.Redirect.INHERIT).start();
  }
}
