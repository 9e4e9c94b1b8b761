package io.millrace.dataflow;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the graph of each pair; each is made once for all of them. */
final class DryRuns implements ParameterResolver {
  /**
   * The graphs.
   *
   * @param asked hosts that were wanted while they were made
   */
  record Graphs(Map<Pair, JobGraph> byPair, List<String> asked) {
    JobGraph of(Pair pair) {
      return byPair.get(pair);
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Graphs.class;
  }

  @Override
  public Graphs resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.GLOBAL)
        .getOrComputeIfAbsent(Graphs.class, key -> make(), Graphs.class);
  }

  private static Graphs make() {
    Map<Pair, JobGraph> graphs = new EnumMap<>(Pair.class);
    try (NetworkWatch watch = NetworkWatch.start()) {
      for (Pair pair : Pair.all()) {
        graphs.put(pair, graph(pair.flags()));
      }
      return new Graphs(graphs, watch.asked());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static JobGraph graph(List<String> flags) throws IOException {
    Path directory = Files.createTempDirectory("millrace-dry-run");
    Path file = directory.resolve("job.json");
    List<String> args = new ArrayList<>(flags);
    args.add("--dryRun=" + file);
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(said, true, UTF_8)) {
      int code = DataflowMain.run(args, out, out);
      if (code != 0) {
        throw new IllegalStateException("exit code " + code + ": " + said.toString(UTF_8));
      }
    }
    JobGraph graph = JobGraph.parse(Files.readString(file));
    Files.delete(file);
    return graph;
  }
}
