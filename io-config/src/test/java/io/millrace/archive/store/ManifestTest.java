package io.millrace.archive.store;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import io.millrace.event.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {
  private static final int PARTS = 2_000;
  private static final int JOINED = 4;

  @TempDir private Path directory;

  private static Manifest.Entry entry(String name, long rows, List<String> parts) {
    Partition partition = Partition.of(Outcome.ACCEPTED, "events", 0, 0);
    return new Manifest.Entry(partition, name, rows, 100, 0, 1, 7, parts);
  }

  private ArchiveStore store() {
    return new ArchiveStore("file://" + directory);
  }

  private static long rows(ArchiveStore store) throws Exception {
    return Manifest.files(store).stream().mapToLong(Manifest.File::rows).sum();
  }

  @Test
  void anArchiveWithoutEntriesHasNoFiles() throws Exception {
    assertThat(Manifest.files(store()), is(empty()));
  }

  @Test
  void aJoinedFileCountsInsteadOfItsParts() throws Exception {
    ArchiveStore store = store();
    entry("a", 1, List.of()).write(store);
    entry("b", 2, List.of()).write(store);
    entry("c", 4, List.of()).write(store);
    entry("joined", 3, List.of("a", "b")).write(store);
    assertThat(rows(store), is(7L));
    assertThat(Manifest.files(store), hasSize(2));
  }

  /** Entries come and go while they are listed, and no row is missing or there twice. */
  @Test
  void countsEachRowOnceWhilePartsAreJoined() throws Exception {
    ArchiveStore store = store();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < PARTS; i++) {
      names.add("part-" + i);
      entry(names.get(i), 1, List.of()).write(store);
    }
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<?> joining =
          thread.submit(
              () -> {
                for (int i = 0; i < PARTS; i += JOINED) {
                  Manifest.Entry file = entry("joined-" + i, JOINED, names.subList(i, i + JOINED));
                  file.write(store);
                  store.delete(file.replacedEntryPaths());
                }
                return null;
              });
      do {
        assertThat(rows(store), is((long) PARTS));
      } while (!joining.isDone());
      joining.get();
      assertThat(rows(store), is((long) PARTS));
      assertThat(Manifest.files(store), hasSize(PARTS / JOINED));
    } finally {
      thread.shutdownNow();
    }
  }
}
