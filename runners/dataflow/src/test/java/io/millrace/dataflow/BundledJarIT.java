package io.millrace.dataflow;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar that is sent to Dataflow: whole, and able to launch by itself. */
class BundledJarIT {
  private static final Path JAR =
      Checkout.file("runners/dataflow/target/lib/millrace-dataflow-bundled.jar");

  @TempDir private Path directory;

  private record Ended(int code, String said) {}

  private Ended java(List<String> args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // No host has an address: whoever asked for one would fail.
    command.add("-Djdk.net.hosts.file=" + Files.writeString(directory.resolve("hosts"), ""));
    command.addAll(args);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // The JVM would print that it uses them.
    builder.environment().remove("JDK_JAVA_OPTIONS");
    Path said = directory.resolve("said");
    Process process = builder.redirectOutput(said.toFile()).start();
    if (!process.waitFor(3, TimeUnit.MINUTES)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError("not ended: " + Files.readString(said));
    }
    return new Ended(process.exitValue(), Files.readString(said));
  }

  @Test
  void launchesByItself() throws Exception {
    Path job = directory.resolve("job.json");
    List<String> args = new ArrayList<>(List.of("-jar", JAR.toString()));
    List<Pair> pairs = Pair.all();
    args.addAll(pairs.get(pairs.size() - 1).flags());
    args.add("--dryRun=" + job);
    Ended ended = java(args);
    assertThat(ended.said(), ended.code(), is(0));
    assertThat(ended.said(), is("job graph written to " + job + "; no job was started\n"));
    String graph = Files.readString(job);
    assertThat(graph, containsString("DeduplicateEvents/RememberIdentities"));
    assertThat(graph, not(containsString(System.getenv("MILLRACE_TEST_SECRET"))));
  }

  @Test
  void tellsMistakesInOneLineEach() throws Exception {
    Ended ended = java(List.of("-jar", JAR.toString(), "--input=nowhere", "--maxBatchRows=0"));
    assertThat(ended.code(), is(2));
    assertThat(ended.said().lines().allMatch(line -> line.startsWith("millrace: ")), is(true));
    assertThat(ended.said(), containsString("--maxBatchRows"));
  }

  @Test
  void holdsEachClassOnceAndNoSignature() throws IOException {
    List<String> wrong = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    try (JarFile jar = new JarFile(JAR.toFile())) {
      for (JarEntry entry : java.util.Collections.list(jar.entries())) {
        String name = entry.getName();
        if (!entry.isDirectory() && !seen.add(name)) {
          wrong.add("twice: " + name);
        }
        if (name.startsWith("META-INF/") && (name.endsWith(".SF") || name.endsWith(".RSA"))) {
          wrong.add("signature: " + name);
        }
      }
      assertThat(wrong, is(empty()));
      assertThat(jar.getManifest().getMainAttributes().getValue("Multi-Release"), is("true"));
      // Named by several libraries, so one file has replaced the others unless they were merged.
      assertThat(
          services(jar, "org.apache.beam.sdk.io.FileSystemRegistrar"),
          hasItems(
              "org.apache.beam.sdk.io.LocalFileSystemRegistrar",
              "org.apache.beam.sdk.extensions.gcp.storage.GcsFileSystemRegistrar"));
      assertThat(
          services(jar, "org.apache.beam.sdk.options.PipelineOptionsRegistrar"),
          hasItems(
              "org.apache.beam.runners.dataflow.DataflowPipelineRegistrar$Options",
              "org.apache.beam.sdk.options.DefaultPipelineOptionsRegistrar"));
    }
  }

  /** Which decompress Kafka's batches. A worker has no other copy of them. */
  @Test
  void holdsTheNativeLibrariesOfTheCodecs() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      List<String> names = jar.stream().map(JarEntry::getName).toList();
      assertThat(
          names,
          hasItems(
              "org/xerial/snappy/native/Linux/x86_64/libsnappyjava.so",
              "net/jpountz/util/linux/amd64/liblz4-java.so",
              "com/github/luben/zstd/ZstdInputStreamNoFinalizer.class"));
      assertThat(names, hasItem(matchesPattern("linux/amd64/libzstd-jni-.*[.]so")));
    }
  }

  private static List<String> services(JarFile jar, String name) throws IOException {
    try (var in = jar.getInputStream(jar.getJarEntry("META-INF/services/" + name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
