package io.millrace.local.flink;

import io.millrace.local.process.LocalStackException;
import java.util.List;
import java.util.Map;

/**
 * The memory of one TaskManager in megabytes. Without Flink's start script, a TaskManager needs
 * each part configured.
 *
 * @param heap the JVM's heap, including Flink's framework
 */
record FlinkMemory(int heap) {
  private static final int FRAMEWORK = 128;
  private static final int OFF_HEAP = 128;
  // Each run of a job loads its classes again, and Beam has many.
  private static final int METASPACE = 512;
  private static final int OVERHEAD = 128;

  /** Off-heap memory for RocksDB. */
  private static final int MANAGED = 128;

  /** Off-heap memory for network buffers. */
  private static final int NETWORK = 96;

  FlinkMemory {
    if (heap < 2 * FRAMEWORK) {
      throw new LocalStackException(
          "a TaskManager needs a heap of at least " + 2 * FRAMEWORK + " MB, found " + heap);
    }
  }

  Map<String, String> settings() {
    return Map.of(
        "taskmanager.memory.framework.heap.size", FRAMEWORK + "m",
        "taskmanager.memory.task.heap.size", heap - FRAMEWORK + "m",
        "taskmanager.memory.framework.off-heap.size", FRAMEWORK + "m",
        "taskmanager.memory.task.off-heap.size", OFF_HEAP + "m",
        "taskmanager.memory.network.min", NETWORK + "m",
        "taskmanager.memory.network.max", NETWORK + "m",
        "taskmanager.memory.managed.size", MANAGED + "m",
        "taskmanager.memory.jvm-metaspace.size", METASPACE + "m",
        "taskmanager.memory.jvm-overhead.min", OVERHEAD + "m",
        "taskmanager.memory.jvm-overhead.max", OVERHEAD + "m");
  }

  /** The JVM options that Flink's start script would set. */
  List<String> jvmOptions() {
    return List.of(
        "-Xms" + heap + "m",
        "-Xmx" + heap + "m",
        "-XX:MaxDirectMemorySize=" + (FRAMEWORK + OFF_HEAP + NETWORK) + "m",
        "-XX:MaxMetaspaceSize=" + METASPACE + "m");
  }
}
