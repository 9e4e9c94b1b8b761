package io.millrace.cli.dataflow;

import io.millrace.dataflow.DataflowDefaults;
import io.millrace.dataflow.DataflowLaunchOptions;
import io.millrace.dataflow.DataflowMain;
import io.millrace.dataflow.TemplateMetadata;
import io.millrace.io.flags.ConfigException;
import io.millrace.options.MillraceOptions;
import io.millrace.options.RunConfig;
import io.millrace.pipeline.FlagCheck;
import io.millrace.pipeline.Launch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/**
 * The pipeline's flags as a template takes them: parameters that the template declares, and other
 * options, which are Beam's.
 */
record PipelineFlags(List<String> args, Map<String, String> byName) {
  private static final String CLOUD_STORAGE = "gs://";

  /**
   * Parses flags.
   *
   * @throws ConfigException if one is not of the form {@code --name=value}; the message omits the
   *     argument because it may contain a secret
   */
  static PipelineFlags of(List<String> args) {
    Map<String, String> byName = new LinkedHashMap<>();
    for (String arg : args) {
      int value = arg.indexOf('=');
      if (!arg.startsWith("--") || value < 0) {
        throw new ConfigException(
            List.of(
                "an argument is neither an action nor a flag. Write flags as --flag=value, without"
                    + " spaces; see `scripts/millrace launch-dataflow --help`"));
      }
      byName.merge(arg.substring(2, value), arg.substring(value + 1), (a, b) -> a + "," + b);
    }
    return new PipelineFlags(List.copyOf(args), byName);
  }

  /** All problems of the flags. Does not read a contract in Cloud Storage. */
  List<String> problems() {
    // Beam would accept flags of the other runners on the class path.
    List<String> problems =
        new ArrayList<>(
            FlagCheck.problems(args, "DataflowRunner", List.of(DataflowLaunchOptions.class)));
    if (!problems.isEmpty()) {
      return problems;
    }
    PipelineOptionsFactory.register(DataflowLaunchOptions.class);
    try {
      MillraceOptions options = Launch.parse(DataflowDefaults.addTo(args).toArray(String[]::new));
      problems.addAll(DataflowMain.problems(options));
      List<String> contracts = options.getContract();
      if (contracts != null && contracts.stream().anyMatch(c -> c.startsWith(CLOUD_STORAGE))) {
        problems.addAll(RunConfig.problems(options, true, false));
      } else {
        RunConfig.of(options);
      }
    } catch (ConfigException e) {
      problems.addAll(e.problems());
    }
    return problems;
  }

  /**
   * The flags for the template.
   *
   * @param contracts the {@code gs://} URL to upload each local file of a contract to
   */
  record Uploaded(
      Map<String, String> parameters, Map<String, String> others, Map<Path, String> contracts) {}

  /** Moves the contracts to a bucket, because the template's launcher cannot read local files. */
  Uploaded withContractIn(String bucket) {
    Map<String, String> parameters = new LinkedHashMap<>(byName);
    Map<String, String> others = new LinkedHashMap<>(byName);
    parameters.keySet().retainAll(TemplateMetadata.names());
    others.keySet().removeAll(TemplateMetadata.names());
    String contracts = parameters.get("contract");
    if (contracts == null) {
      return new Uploaded(parameters, others, Map.of());
    }
    Map<Path, String> uploads = new LinkedHashMap<>();
    List<String> destinations = new ArrayList<>();
    for (String contract : contracts.split(",", -1)) {
      if (contract.startsWith(CLOUD_STORAGE)) {
        destinations.add(contract);
        continue;
      }
      Path file = Path.of(contract);
      String destination = bucket + "/contracts/" + file.getFileName();
      if (destinations.contains(destination)) {
        // Files of one name in two places
        destination = bucket + "/contracts/" + (uploads.size() + 1) + "-" + file.getFileName();
      }
      uploads.put(file, destination);
      destinations.add(destination);
    }
    parameters.put("contract", String.join(",", destinations));
    return new Uploaded(parameters, others, uploads);
  }
}
