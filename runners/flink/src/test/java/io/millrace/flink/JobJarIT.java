package io.millrace.flink;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job jar: nothing that a cluster brings itself, nothing twice, and enough to start. */
class JobJarIT {
  private static final Path JAR = Path.of("target/job/millrace-flink-job.jar").toAbsolutePath();
  private static final Path FLINK = Path.of(System.getProperty("millrace.flink.lib"));

  @TempDir private Path directory;

  private static Set<String> entries(Path jar) throws IOException {
    Set<String> names = new HashSet<>();
    try (JarFile file = new JarFile(jar.toFile())) {
      for (JarEntry entry : Collections.list(file.entries())) {
        if (!entry.isDirectory()) {
          names.add(entry.getName());
        }
      }
    }
    return names;
  }

  @Test
  void holdsNoClassOfFlinksOrOfItsLogging() throws IOException {
    List<String> wrong =
        entries(JAR).stream()
            .filter(
                name ->
                    name.startsWith("org/apache/flink/")
                        || name.startsWith("org/slf4j/")
                        || name.startsWith("ch/qos/logback/")
                        || name.startsWith("scala/")
                        || name.startsWith("com/esotericsoftware/"))
            .toList();
    assertThat(wrong, empty());
  }

  @Test
  void holdsNothingOfThisComputersStack() throws IOException {
    List<String> wrong =
        entries(JAR).stream()
            .filter(
                name ->
                    name.startsWith("io/millrace/local/")
                        || name.startsWith("kafka/server/")
                        || name.startsWith("picocli/")
                        || name.startsWith("com/sun/jna/"))
            .toList();
    assertThat(wrong, empty());
  }

  @Test
  void holdsEachFileOnceAndNoSignature() throws IOException {
    List<String> wrong = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    try (JarFile file = new JarFile(JAR.toFile())) {
      for (JarEntry entry : Collections.list(file.entries())) {
        String name = entry.getName();
        if (!entry.isDirectory() && !seen.add(name)) {
          wrong.add("twice: " + name);
        }
        if (name.matches("META-INF/[^/]*\\.(SF|DSA|RSA)")) {
          wrong.add("a signature: " + name);
        }
      }
    }
    assertThat(wrong, empty());
  }

  @Test
  void tellsMistakesInOneLineEachWithOnlyFlinkBesideIt() throws Exception {
    Path said = directory.resolve("said");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "-cp",
                JAR + File.pathSeparator + FLINK.resolve("*"),
                FlinkMain.class.getName(),
                "--input=nowhere",
                "--maxBatchRows=0")
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError("not ended: " + Files.readString(said));
    }
    List<String> lines =
        Files.readAllLines(said).stream().filter(line -> line.startsWith("millrace: ")).toList();
    assertThat(Files.readString(said), process.exitValue(), is(2));
    assertThat(String.join("\n", lines), containsString("--maxBatchRows"));
    assertThat(String.join("\n", lines), containsString("--input"));
  }
}
