package io.millrace.local.flink;

import io.millrace.local.process.LocalStackException;
import java.util.List;
import java.util.Map;

/**
 * The memory of one TaskManager in megabytes. Flink's own start script derives the parts from a
 * total; a TaskManager that is started without it wants each of them.
 *
 * @param heap of the JVM, Flink's own part in it
 */
record FlinkMemory(int heap) {
  private static final int FRAMEWORK = 128;
  private static final int OFF_HEAP = 128;
  // A job's classes are loaded anew with each run of it, and Beam brings many.
  private static final int METASPACE = 512;
  private static final int OVERHEAD = 128;

  /** Off the heap, for RocksDB. */
  private static final int MANAGED = 128;

  /** Off the heap, for the buffers between tasks. */
  private static final int NETWORK = 96;

  FlinkMemory {
    if (heap < 2 * FRAMEWORK) {
      throw new LocalStackException(
          "a TaskManager needs a heap of " + 2 * FRAMEWORK + " MB at least, not " + heap);
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

  /** What Flink's start script would give the JVM. */
  List<String> jvmOptions() {
    return List.of(
        "-Xms" + heap + "m",
        "-Xmx" + heap + "m",
        "-XX:MaxDirectMemorySize=" + (FRAMEWORK + OFF_HEAP + NETWORK) + "m",
        "-XX:MaxMetaspaceSize=" + METASPACE + "m");
  }
}
