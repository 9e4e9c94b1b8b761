package io.millrace.cli.release;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What Millrace itself puts into jars does not depend on the time and the place of the build. That
 * two clones build the same bytes is checked for a release (docs/releasing.md): it would take
 * minutes here.
 */
class ReproducibleJarsIT {
  private static final Path HOME = Path.of("../..");
  private static final List<Path> LARGE =
      List.of(
          Path.of("../flink/target/job/millrace-flink-job.jar"),
          Path.of("../dataflow/target/lib/millrace-dataflow-bundled.jar"));
  private static final int LARGEST = 1_000_000;

  private static LocalDateTime built;
  private static final List<Path> JARS = new ArrayList<>(LARGE);

  @BeforeAll
  static void read() throws IOException {
    String pom = Files.readString(HOME.resolve("pom.xml"));
    String tag = "<project.build.outputTimestamp>";
    int at = pom.indexOf(tag) + tag.length();
    built = OffsetDateTime.parse(pom.substring(at, pom.indexOf('<', at))).toLocalDateTime();
    try (DirectoryStream<Path> own =
        Files.newDirectoryStream(Path.of("target/lib"), "millrace-*.jar")) {
      own.forEach(JARS::add);
    }
    assertThat(JARS.size(), is(greaterThan(10)));
  }

  /** Files that come from Millrace's modules, or that the build writes. */
  private static boolean isOwn(String name) {
    return !name.endsWith("/")
        && (name.startsWith("META-INF/services/")
            || name.equals("META-INF/MANIFEST.MF")
            || (name.startsWith("io/millrace/") && !name.startsWith("io/millrace/shaded/")));
  }

  @Test
  void filesHaveTheTimeOfThePom() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (Path jar : JARS) {
      int own = 0;
      try (ZipFile zip = new ZipFile(jar.toFile())) {
        for (ZipEntry entry : Collections.list(zip.entries())) {
          if (isOwn(entry.getName())) {
            own++;
            // Jars hold even seconds only
            if (entry.getTimeLocal().isBefore(built.minusSeconds(1))) {
              wrong.add(jar + " " + entry.getName() + " " + entry.getTimeLocal());
            }
          }
          // Made by the build at its own time, whatever it is
          if (entry.getTimeLocal().isAfter(built)) {
            wrong.add(jar + " " + entry.getName() + " " + entry.getTimeLocal());
          }
        }
      }
      assertThat(jar.toString(), own, is(greaterThan(1)));
    }
    assertThat(wrong, empty());
  }

  @Test
  void noFileNamesTheDirectoryOfTheBuild() throws IOException {
    String here = HOME.toRealPath().toString();
    List<String> wrong = new ArrayList<>();
    int read = 0;
    for (Path jar : JARS) {
      try (ZipFile zip = new ZipFile(jar.toFile())) {
        for (ZipEntry entry : Collections.list(zip.entries())) {
          if (isOwn(entry.getName()) && entry.getSize() < LARGEST) {
            read++;
            if (text(zip, entry).contains(here)) {
              wrong.add(jar + " " + entry.getName());
            }
          }
        }
      }
    }
    assertThat(read, is(greaterThan(1_000)));
    assertThat(wrong, empty());
  }

  private static String text(ZipFile zip, ZipEntry entry) throws IOException {
    try (InputStream in = zip.getInputStream(entry)) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
