package io.millrace.flink.embedded;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.io.flags.ConfigException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirectoryTest {
  @TempDir private Path root;

  private final List<String> ignored = new ArrayList<>();

  private static RunRecord record(String id) {
    return new RunRecord(
        id, "filesystem", Map.of("identity", "id:text"), List.of("step"), List.of());
  }

  private static Path run(StateDirectory directory, String id) {
    Path run = directory.newRun();
    StateDirectory.write(run, record(id));
    return run;
  }

  private static Path snapshot(Path run, String name) throws IOException {
    Path snapshot = Files.createDirectories(run.resolve(name));
    try (OutputStream out = Files.newOutputStream(snapshot.resolve("_metadata"))) {
      Checkpoints.storeCheckpointMetadata(new CheckpointMetadata(1, List.of(), List.of()), out);
    }
    return snapshot;
  }

  private List<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(root)) {
      return entries.map(path -> path.getFileName().toString()).toList();
    }
  }

  @Test
  void theLastCheckpointOfTheLastRunIsTheNewest() throws IOException {
    try (StateDirectory directory = StateDirectory.lock(root)) {
      assertThat(directory.newest(ignored::add).isPresent(), is(false));
      snapshot(run(directory, "first"), "job/chk-90");
      Path second = run(directory, "second");
      snapshot(second, "job/chk-9");
      Path expected = snapshot(second, "job/chk-10");
      // A run that was killed before its first checkpoint
      Path third = run(directory, "third");
      assertThat(directory.hasSnapshot(third), is(false));

      SavedState newest = directory.newest(ignored::add).orElseThrow();
      assertThat(newest.snapshot(), equalTo(expected));
      assertThat(newest.record(), equalTo(record("second")));
      assertThat(newest.isSavepoint(), is(false));
      assertThat(ignored, equalTo(List.of()));
    }
  }

  @Test
  void theSavepointAtTheEndOfARunIsNewerThanItsCheckpoints() throws IOException {
    try (StateDirectory directory = StateDirectory.lock(root)) {
      Path run = run(directory, "run");
      Path savepoint = snapshot(run, "savepoint-ab-12");
      snapshot(run, "job/chk-10");
      SavedState newest = directory.newest(ignored::add).orElseThrow();
      assertThat(newest.snapshot(), equalTo(savepoint));
      assertThat(newest.isSavepoint(), is(true));
    }
  }

  @Test
  void aHalfWrittenSnapshotIsIgnored() throws IOException {
    try (StateDirectory directory = StateDirectory.lock(root)) {
      Path run = run(directory, "run");
      Path expected = snapshot(run, "job/chk-1");
      Path cut = snapshot(run, "job/chk-2").resolve("_metadata");
      byte[] whole = Files.readAllBytes(cut);
      Files.write(cut, java.util.Arrays.copyOf(whole, whole.length / 2));
      // No metadata yet
      Files.writeString(Files.createDirectories(run.resolve("job/chk-3")).resolve("state"), "half");
      assertThat(directory.newest(ignored::add).orElseThrow().snapshot(), equalTo(expected));
      assertThat(ignored, contains(allOf(containsString("chk-2"), containsString("was ignored"))));
    }
  }

  @Test
  void earlierRunsAndTemporaryFilesAreDeletedAndNothingElse() throws IOException {
    Files.createDirectories(root.resolve("work/left"));
    Files.writeString(root.resolve("notes.txt"), "mine");
    Files.createDirectory(root.resolve("run-me"));
    try (StateDirectory directory = StateDirectory.lock(root)) {
      snapshot(run(directory, "first"), "job/chk-1");
      Path second = run(directory, "second");
      directory.deleteOthers(second);
      assertThat(names(), containsInAnyOrder("lock", "notes.txt", "run-me", "run-000002"));
    }
  }

  @Test
  void aSecondRunIsRefused() {
    try (StateDirectory first = StateDirectory.lock(root)) {
      ConfigException e = assertThrows(ConfigException.class, () -> StateDirectory.lock(root));
      assertThat(
          e.problems(),
          contains(
              "--state=%s: another run uses this directory (process %s). Stop that run, or use another directory"
                  .formatted(root, ProcessHandle.current().pid())));
      assertThat(first.work(), equalTo(root.resolve("work")));
    }
    StateDirectory.lock(root).close();
  }

  @Test
  void aDirectoryThatCannotBeWrittenIsTold() throws IOException {
    Path file = Files.writeString(root.resolve("file"), "");
    ConfigException e = assertThrows(ConfigException.class, () -> StateDirectory.lock(file));
    assertThat(e.getMessage(), containsString("cannot write to this directory"));
  }

  @Test
  void aSnapshotWithoutItsRecordIsNotUsed() throws IOException {
    try (StateDirectory directory = StateDirectory.lock(root)) {
      snapshot(directory.newRun(), "job/chk-1");
      ConfigException e = assertThrows(ConfigException.class, () -> directory.newest(ignored::add));
      assertThat(e.getMessage(), containsString("run.json is missing or corrupt"));
    }
  }
}
