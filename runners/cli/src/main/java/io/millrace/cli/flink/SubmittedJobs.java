package io.millrace.cli.flink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.flink.client.FlinkClientException;
import io.millrace.local.process.LocalFiles;
import io.millrace.local.process.MillraceHome;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The jobs submitted from this checkout, the last one of each name. Each is a file in {@code
 * .millrace/flink-jobs}; the copies of its jar and contracts are in a directory beside it.
 */
public final class SubmittedJobs {
  private static final String SUFFIX = ".json";

  private SubmittedJobs() {}

  /** Where a submitted job runs. */
  public record Place(String name, String id, String master) {}

  private static Path directory() {
    return MillraceHome.data().resolve("flink-jobs");
  }

  private static Path file(String name) {
    return directory().resolve(URLEncoder.encode(name, StandardCharsets.UTF_8) + SUFFIX);
  }

  /** The directory with the copies of a job. */
  static Path copies(String id) {
    return directory().resolve(id);
  }

  /** Stores a job instead of an earlier one of its name. */
  static void remember(SubmittedJob job) {
    LocalFiles.write(file(job.name()), new ObjectMapper().valueToTree(job).toPrettyString() + "\n");
  }

  /** The jobs, by name. */
  static List<SubmittedJob> all() {
    if (!Files.isDirectory(directory())) {
      return List.of();
    }
    List<SubmittedJob> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory())) {
      for (Path file : files.filter(path -> path.toString().endsWith(SUFFIX)).toList()) {
        all.add(read(file));
      }
    } catch (IOException e) {
      throw new FlinkClientException("cannot read " + directory() + ": " + e.getMessage(), e);
    }
    all.sort(Comparator.comparing(SubmittedJob::name));
    return all;
  }

  /** Where the submitted jobs run, by name. */
  public static List<Place> places() {
    return all().stream().map(job -> new Place(job.name(), job.id(), job.master())).toList();
  }

  private static SubmittedJob read(Path file) {
    try {
      return new ObjectMapper().readValue(LocalFiles.read(file), SubmittedJob.class);
    } catch (JsonProcessingException e) {
      throw new FlinkClientException(file + " is corrupt. Delete it and submit the job again", e);
    }
  }

  /**
   * The job of a name.
   *
   * @param name null: the only job
   * @throws FlinkClientException in one line, if there is none or the name is missing
   */
  static SubmittedJob find(@Nullable String name) {
    List<SubmittedJob> all = all();
    if (all.isEmpty()) {
      throw new FlinkClientException(
          "no job was submitted from this checkout. Submit one with `scripts/millrace"
              + " submit-flink`");
    }
    List<String> names = all.stream().map(SubmittedJob::name).toList();
    if (name == null && all.size() > 1) {
      throw new FlinkClientException(
          "several jobs were submitted from this checkout. Name one of "
              + String.join(", ", names));
    }
    return all.stream()
        .filter(job -> name == null || job.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new FlinkClientException(
                    "no job named %s was submitted from this checkout. Expected one of %s"
                        .formatted(name, String.join(", ", names))));
  }

  /** Deletes the copies that belong to no job. */
  static void deleteUnusedCopies() {
    Set<String> used = all().stream().map(SubmittedJob::id).collect(Collectors.toSet());
    try (Stream<Path> all = Files.list(directory())) {
      for (Path copies : all.filter(Files::isDirectory).toList()) {
        if (!used.contains(String.valueOf(copies.getFileName()))) {
          LocalFiles.deleteTree(copies);
        }
      }
    } catch (IOException e) {
      throw new FlinkClientException(
          "cannot delete from " + directory() + ": " + e.getMessage(), e);
    }
  }
}
