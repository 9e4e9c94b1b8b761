package io.millrace.archive.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The files that belong to an archive: a small JSON file in {@link #DIRECTORY} for each. A file
 * without an entry does not count. An entry of a joined file replaces those of its parts. A reader
 * that takes all entries but the replaced ones sees every row once.
 */
public final class Manifest {
  /** The directory of the entries, below the root. */
  public static final String DIRECTORY = "_manifest";

  /** The directory of files that wait to be joined. */
  static final String PARTS = "_parts";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ENDING = ".json";
  private static final int MOST_ATTEMPTS = 20;

  private Manifest() {}

  /**
   * One file of the archive.
   *
   * @param partition its rows
   * @param name unique in the archive
   * @param rows number of rows
   * @param bytes length of the file
   * @param earliest the earliest event time, or record time of dead letters, in milliseconds since
   *     the epoch, UTC
   * @param latest the latest one
   * @param columns hash of its columns; only files with the same ones can be joined
   * @param parts the names of the files that it replaces; empty for a part
   */
  public record Entry(
      Partition partition,
      String name,
      long rows,
      long bytes,
      long earliest,
      long latest,
      int columns,
      List<String> parts)
      implements Serializable {
    public Entry {
      // A list of another kind may not be serializable.
      parts = List.copyOf(parts);
    }

    /** The path of the file, below the root. */
    public String path() {
      String path = partition.directory() + "/" + name + ".parquet";
      return parts.isEmpty() ? PARTS + "/" + path : path;
    }

    /** The path of this entry, below the root. */
    public String entryPath() {
      return entryPath(name);
    }

    private String entryPath(String of) {
      return DIRECTORY + "/" + partition.directory() + "/" + of + ENDING;
    }

    /** The entries that it replaces. */
    public List<String> replacedEntryPaths() {
      return parts.stream().map(this::entryPath).toList();
    }

    /** The files that it replaces. */
    public List<String> replacedPaths() {
      return parts.stream()
          .map(part -> PARTS + "/" + partition.directory() + "/" + part + ".parquet")
          .toList();
    }

    /** Adds the entry to the archive. */
    public void write(ArchiveStore store) throws IOException {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      json.put("file", path());
      json.put("outcome", partition.outcome().label());
      json.put("table", partition.table());
      json.put("event_date", partition.date());
      json.put("rows", rows);
      json.put("bytes", bytes);
      json.put("earliest", Instant.ofEpochMilli(earliest).toString());
      json.put("latest", Instant.ofEpochMilli(latest).toString());
      ArrayNode replaced = json.putArray("parts");
      parts.forEach(replaced::add);
      byte[] text = (json + "\n").getBytes(StandardCharsets.UTF_8);
      store.write(entryPath(), out -> out.write(text));
    }
  }

  /**
   * A file to read.
   *
   * @param path below the root
   * @param bytes its length
   * @param date its day
   */
  public record File(String path, long rows, long bytes, String date) implements Serializable {}

  /**
   * The files that count, by day and name, of all rows that were in the archive before; also while
   * a run writes to it.
   *
   * <p>An entry that is replaced during a listing may be missing from it, and so may the entry that
   * replaces it, which is older than the deletion. The next listing has that one, because no other
   * replaces it. So there are two at least, and none after which an entry could not be read.
   *
   * @throws IOException if an entry cannot be read, or the archive changes all the time
   */
  public static List<File> files(ArchiveStore store) throws IOException {
    Map<String, JsonNode> entries = new HashMap<>();
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      if (addNew(store, entries) && attempt > 0) {
        return counting(entries.values());
      }
    }
    throw new IOException(
        store.root() + ": entries of its manifest are replaced while they are read; try again");
  }

  private static List<File> counting(Collection<JsonNode> entries) {
    Set<String> replaced = new HashSet<>();
    entries.forEach(entry -> entry.path("parts").forEach(part -> replaced.add(part.asText())));
    List<File> files = new ArrayList<>();
    for (JsonNode entry : entries) {
      String path = entry.path("file").asText();
      if (!replaced.contains(path.substring(path.lastIndexOf('/') + 1, path.lastIndexOf('.')))) {
        files.add(
            new File(
                path,
                entry.path("rows").asLong(),
                entry.path("bytes").asLong(),
                entry.path("event_date").asText()));
      }
    }
    files.sort(Comparator.comparing(File::date).thenComparing(File::path));
    return files;
  }

  /**
   * Adds the entries that are not known, by their path.
   *
   * @return whether all that were listed could be read; otherwise one was replaced meanwhile
   */
  private static boolean addNew(ArchiveStore store, Map<String, JsonNode> entries)
      throws IOException {
    boolean whole = true;
    for (String path : store.list(DIRECTORY, ENDING)) {
      if (entries.containsKey(path)) {
        continue;
      }
      try {
        entries.put(path, JSON.readTree(store.read(path)));
      } catch (FileNotFoundException | NoSuchFileException e) {
        if (store.exists(path)) {
          throw e;
        }
        whole = false;
      }
    }
    return whole;
  }
}
