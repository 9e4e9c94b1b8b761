package io.millrace.bench.sink;

import io.millrace.bench.harness.Figures;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the cost of encoding a row with JMH. */
@Command(
    name = "encode",
    mixinStandardHelpOptions = true,
    description = {
      "Measures with JMH the nanoseconds to encode a row of 1 KB for ClickHouse: Millrace's"
          + " encoder, that of Beam's ClickHouseIO, and LZ4 compression of the same rows.",
      "Exit code 0: measured. 2: usage error."
    },
    footer = {"", "Example: scripts/millrace bench encode --json"})
public final class EncodeCommand implements Callable<Integer> {
  @Option(names = "--json", description = "Print one JSON object instead of a table.")
  private boolean json;

  @Override
  public Integer call() throws RunnerException {
    Options options =
        new OptionsBuilder()
            .include(EncodeBenchmark.class.getName())
            .verbosity(VerboseMode.SILENT)
            .build();
    System.err.println("measuring for about half a minute");
    Collection<RunResult> results = new Runner(options).run();
    double millrace = nanos(results, "millrace");
    double beamIo = nanos(results, "beamIo");
    double lz4 = nanos(results, "lz4");
    if (json) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("millrace_nanos", millrace);
      object.put("beam_io_nanos", beamIo);
      object.put("lz4_nanos", lz4);
      object.put("ratio", beamIo / millrace);
      System.out.println(Figures.json(object));
    } else {
      System.out.printf(
          Locale.ROOT,
          "Nanoseconds to encode a row of 1 KB: Millrace %.0f, ClickHouseIO %.0f: %.1f times as"
              + " many. To compress it with LZ4: %.0f%n",
          millrace,
          beamIo,
          beamIo / millrace,
          lz4);
    }
    return 0;
  }

  private static double nanos(Collection<RunResult> results, String method) {
    return results.stream()
        .filter(result -> result.getParams().getBenchmark().endsWith("." + method))
        .mapToDouble(result -> result.getPrimaryResult().getScore())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no JMH result for " + method));
  }
}
