package io.millrace.flink;

import io.millrace.options.StateSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.flink.api.common.functions.FilterFunction;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.runtime.checkpoint.MasterTriggerRestoreHook;
import org.apache.flink.streaming.api.checkpoint.WithMasterCheckpointHook;
import org.apache.flink.util.FlinkException;

/**
 * Stores the settings that a job's state depends on in every checkpoint and savepoint, and rejects
 * a restore with incompatible settings.
 *
 * <p>The JobManager checks before any task starts, so a rejected job has read and written nothing.
 * The check does not depend on the way of submission. Flink accepts such a hook only from a
 * function of the graph; this one is a filter that drops every element.
 *
 * <p>A savepoint without settings, from an older build, is restored without a check.
 */
final class KeepStateSettings<T> implements FilterFunction<T>, WithMasterCheckpointHook<String> {
  private static final long serialVersionUID = 1L;

  /** The name of the step and of its entry in a savepoint. */
  static final String NAME = "KeepStateSettings";

  /** The beginning of the rejection's message. */
  static final String REFUSED = "this job cannot be restored from the savepoint: ";

  private final String settings;

  KeepStateSettings(StateSettings settings) {
    this.settings = settings.toJson();
  }

  @Override
  public boolean filter(T value) {
    return false;
  }

  @Override
  public MasterTriggerRestoreHook<String> createMasterTriggerRestoreHook() {
    return new Hook(settings);
  }

  private record Hook(String settings) implements MasterTriggerRestoreHook<String> {
    @Override
    public String getIdentifier() {
      return NAME;
    }

    @Override
    public CompletableFuture<String> triggerCheckpoint(
        long checkpointId, long timestamp, Executor executor) {
      return CompletableFuture.completedFuture(settings);
    }

    @Override
    public void restoreCheckpoint(long checkpointId, String saved) throws FlinkException {
      if (saved == null) {
        return;
      }
      List<String> conflicts =
          StateSettings.parse(saved).conflictsWith(StateSettings.parse(settings));
      if (!conflicts.isEmpty()) {
        throw new FlinkException(REFUSED + String.join("; ", conflicts));
      }
    }

    @Override
    public SimpleVersionedSerializer<String> createCheckpointDataSerializer() {
      return new TextSerializer();
    }
  }

  private static final class TextSerializer implements SimpleVersionedSerializer<String> {
    @Override
    public int getVersion() {
      return 1;
    }

    @Override
    public byte[] serialize(String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String deserialize(int version, byte[] bytes) throws IOException {
      if (version != getVersion()) {
        throw new IOException(
            "cannot read version "
                + version
                + " of the settings in the savepoint: a newer build wrote it");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
