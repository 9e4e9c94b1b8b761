package io.millrace.local.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Writes the classes that this JVM loaded to an archive for class-data sharing, so that the next
 * JVMs with the same class path start faster. {@code scripts/millrace} asks for the command's by a
 * system property when there is no archive of the jars; {@link ServerArchives} for those of
 * servers.
 *
 * <p>It takes a few seconds, after the command has printed its results, and standard output ends
 * with it. The file appears complete or not at all: a JVM crashes on a part of one. If it cannot be
 * written, JVMs start without.
 */
public final class ClassArchive {
  /** The archive's path; requires the JVM's option {@code -XX:+RecordDynamicDumpInfo}. */
  public static final String PROPERTY = "millrace.class.archive";

  /** A multiple of what an archive takes. The JVM would end on a full disk. */
  private static final long FREE_BYTES = 1L << 30;

  private ClassArchive() {}

  /**
   * Writes the archive if the launcher asks for it.
   *
   * @return whether it is written
   */
  public static boolean writeIfAsked() {
    String file = System.getProperty(PROPERTY);
    return file != null && write(Path.of(file));
  }

  /**
   * Writes the archive.
   *
   * @return whether it is written
   */
  static boolean write(Path archive) {
    Path directory = archive.toAbsolutePath().getParent();
    if (directory.toFile().getUsableSpace() < FREE_BYTES) {
      return false;
    }
    try {
      Path written = Files.createTempFile(directory, "classes", ".tmp");
      // The JDK prints the file's name, which is no part of the command's results.
      System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8));
      try {
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "vmCds",
                new Object[] {new String[] {"dynamic_dump", written.toString()}},
                new String[] {String[].class.getName()});
        // The JVM reports most problems in the command's text only.
        if (Files.size(written) == 0) {
          return false;
        }
        Files.move(
            written, archive, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return true;
      } finally {
        Files.deleteIfExists(written);
      }
    } catch (IOException | JMException | RuntimeException e) {
      return false;
    }
  }
}
