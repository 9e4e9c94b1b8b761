package io.millrace.bench.speed;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.sun.management.OperatingSystemMXBean;
import io.millrace.cli.support.TextLines;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.beam.sdk.util.ReleaseInfo;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.kafka.common.utils.AppInfoParser;

/**
 * The machine and versions of a benchmark.
 *
 * @param cpu the CPU's model on Linux
 * @param cores number of cores available to this process
 * @param memoryBytes memory of the machine
 * @param system name and version of the operating system
 * @param java Java version and virtual machine
 * @param versions versions of the measured components, by name
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Machine(
    String cpu,
    int cores,
    long memoryBytes,
    String system,
    String java,
    Map<String, String> versions) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final double GIB = 1 << 30;

  /**
   * This machine.
   *
   * @param clickHouse the server's version
   */
  public static Machine here(String clickHouse) {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    Map<String, String> versions = new TreeMap<>();
    versions.put("beam", ReleaseInfo.getReleaseInfo().getVersion());
    versions.put("flink", EnvironmentInformation.getVersion());
    versions.put("kafka", AppInfoParser.getVersion());
    versions.put("clickhouse", clickHouse);
    return new Machine(
        cpuModel(),
        Runtime.getRuntime().availableProcessors(),
        system.getTotalMemorySize(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.version") + ", " + System.getProperty("java.vm.name"),
        versions);
  }

  private static String cpuModel() {
    if (Files.isReadable(CPU_INFO)) {
      try (Stream<String> lines = Files.lines(CPU_INFO)) {
        return cpuModel(lines);
      } catch (IOException e) {
        return "unknown";
      }
    }
    return System.getProperty("os.arch");
  }

  /** The model's name in the lines of Linux's {@code /proc/cpuinfo}. */
  static String cpuModel(Stream<String> lines) {
    return lines
        .filter(line -> line.startsWith("model name") && line.contains(":"))
        .findFirst()
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .orElse("unknown");
  }

  /** One line of text. */
  public String text() {
    StringBuilder text =
        new StringBuilder(
            TextLines.text(
                "%s, %d cores, %.0f GiB, %s, Java %s",
                cpu, cores, memoryBytes / GIB, system, java));
    versions.forEach((name, version) -> text.append(", ").append(name).append(' ').append(version));
    return text.toString();
  }
}
