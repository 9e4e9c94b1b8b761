package io.millrace.testdata.generate;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.lessThan;

import io.millrace.testdata.manifest.Manifest;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Measures CPU time, which depends little on other processes. */
class SpeedTest {
  private static final int RECORDS = 200_000;

  @TempDir Path folder;

  @Test
  void costsLittleCpuForEachRecord() {
    GeneratorOptions options = GeneratorOptions.builder().count(RECORDS).build();
    generate(options, null);
    double generated = microsEach(options, null);
    double withManifest = microsEach(options, folder.resolve("m.jsonl"));
    double compressed = microsEach(options, folder.resolve("m.jsonl.gz"));
    System.out.printf(
        "CPU us a record: %.1f generated (%.0f records/s), %.1f with the manifest (%.0f/s),"
            + " %.1f with it compressed (%.0f/s)%n",
        generated, 1e6 / generated, withManifest, 1e6 / withManifest, compressed, 1e6 / compressed);
    // 40 000 records/s are 25 us; twice that is a regression on any computer.
    assertThat(generated, lessThan(50.0));
  }

  private static double microsEach(GeneratorOptions options, Path manifest) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    generate(options, manifest);
    return (threads.getCurrentThreadCpuTime() - before) / 1e3 / options.count();
  }

  private static void generate(GeneratorOptions options, Path manifest) {
    EventGenerator generator = new EventGenerator(options, 3, System::currentTimeMillis);
    if (manifest == null) {
      generator.forEachRemaining(record -> {});
      return;
    }
    try (Manifest.Writer writer = Manifest.write(manifest)) {
      generator.forEachRemaining(record -> writer.add(record.entry()));
    }
  }
}
