package io.millrace.bench.capacity;

import io.millrace.bench.harness.Figures;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What identities cost in RocksDB.
 *
 * @param identities identities in the state when checkpoints were measured
 * @param stateBytes full size of the state in the last checkpoint
 * @param eventsPerSecond while the second half of them was added
 * @param cpuMicros CPU microseconds an event meanwhile, of the whole process
 * @param checkpoints the checkpoints at the steady rate, in order; at least one
 */
record IdentityFigures(
    long identities,
    long stateBytes,
    double eventsPerSecond,
    double cpuMicros,
    List<Checkpoint> checkpoints) {

  /**
   * A checkpoint.
   *
   * @param bytes what it wrote
   * @param seconds from its trigger to its completion
   */
  record Checkpoint(long bytes, double seconds) {}

  double bytesAnIdentity() {
    return (double) stateBytes / identities;
  }

  Figures checkpointMegabytes() {
    return Figures.of(checkpoints, checkpoint -> checkpoint.bytes() / 1e6);
  }

  Figures checkpointSeconds() {
    return Figures.of(checkpoints, Checkpoint::seconds);
  }

  Map<String, Object> toJson() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("identities", identities);
    object.put("state_bytes", stateBytes);
    object.put("bytes_an_identity", bytesAnIdentity());
    object.put("events_per_second", eventsPerSecond);
    object.put("cpu_micros", cpuMicros);
    object.put("checkpoints", checkpoints.size());
    object.put("checkpoint_megabytes", checkpointMegabytes());
    object.put("checkpoint_seconds", checkpointSeconds());
    return object;
  }
}
