package io.millrace.decode.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Fuzzes a format with Jazzer, which keeps the inputs that reach code no input reached before. The
 * seeds and what it keeps are in {@code target/fuzz/FORMAT}. It runs in a process of its own,
 * because it rewrites the classes that it loads.
 */
final class CoverageFuzz {
  private static final int START_SECONDS = 120;

  private CoverageFuzz() {}

  /** Fails if Jazzer finds an input that makes anything but events and dead letters. */
  static void run(String format, int seconds) throws Exception {
    Path directory = Files.createDirectories(Path.of("target", "fuzz", format));
    List<byte[]> seeds = FuzzTargets.open(format).seeds;
    for (int i = 0; i < seeds.size(); i++) {
      Files.write(directory.resolve("seed-" + i), FuzzTargets.packing(format).apply(seeds.get(i)));
    }
    Path log = directory.resolveSibling(format + ".log");
    Process jazzer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-D" + JazzerTarget.FORMAT + "=" + format,
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + JazzerTarget.class.getName(),
                "--instrumentation_includes=io.millrace.**",
                "--custom_hook_includes=io.millrace.**",
                "--reproducer_path=" + directory.getParent(),
                "-artifact_prefix=" + directory.getParent() + "/" + format + "-",
                "-max_total_time=" + seconds,
                "-max_len=4096",
                "-rss_limit_mb=4096",
                directory.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertTrue(
          jazzer.waitFor(seconds + START_SECONDS, TimeUnit.SECONDS), () -> "no end: see " + log);
    } finally {
      jazzer.destroyForcibly();
    }
    String output = Files.readString(log);
    String end = output.substring(Math.max(0, output.length() - 4_000));
    assertEquals(0, jazzer.exitValue(), () -> format + ": " + end);
    System.out.println(format + " by coverage: " + end.strip().lines().reduce((a, b) -> b).get());
  }
}
