package io.millrace.dataflow;

import com.google.api.services.dataflow.model.DataflowPackage;
import io.millrace.io.flags.ConfigException;
import io.millrace.io.flags.RunnerProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.runners.dataflow.options.DataflowPipelineOptions;
import org.apache.beam.runners.dataflow.util.PackageUtil.StagedFile;
import org.apache.beam.runners.dataflow.util.Stager;
import org.apache.beam.sdk.extensions.gcp.auth.NoopCredentialFactory;
import org.apache.beam.sdk.extensions.gcp.options.GcsOptions;
import org.apache.beam.sdk.extensions.gcp.storage.NoopPathValidator;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * Makes the Dataflow runner write the job graph to a file. Needs no credentials, validates no paths
 * and uploads nothing.
 */
final class DryRun {
  private static final String TEMP = "gs://dry-run/temp";

  /** For missing flags; the runner does not validate them. Kafka is not queried for partitions. */
  private static final List<String> PLACEHOLDERS =
      List.of(
          "--project=dry-run-project",
          "--region=us-central1",
          "--gcpTempLocation=" + TEMP,
          "--kafkaPartitions=3");

  private DryRun() {}

  /** Adds flags whose values would otherwise come from gcloud, a metadata server or Kafka. */
  static List<String> addTo(List<String> args) {
    return RunnerProfile.DATAFLOW.withDefaults(args, PLACEHOLDERS);
  }

  /**
   * Configures a launch to write a file.
   *
   * @throws ConfigException if the file cannot be written
   */
  static void prepare(PipelineOptions options, Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    Path directory = absolute.getParent();
    if (directory == null || !Files.isDirectory(directory) || Files.isDirectory(absolute)) {
      throw new ConfigException(
          List.of("--dryRun: expected a file in an existing directory, found `" + file + "`"));
    }
    DataflowPipelineOptions dataflow = options.as(DataflowPipelineOptions.class);
    dataflow.setTemplateLocation(absolute.toString());
    dataflow.setStagerClass(NoStager.class);
    dataflow.setPathValidatorClass(NoopPathValidator.class);
    dataflow.setCredentialFactoryClass(NoopCredentialFactory.class);
    options.as(GcsOptions.class).setPathValidatorClass(NoopPathValidator.class);
    dataflow.setFilesToStage(List.of(empty(directory).toString()));
  }

  /** The runner requires a file to stage; its content does not affect the graph. */
  private static Path empty(Path directory) {
    try {
      Path file = Files.createTempFile(directory, "millrace-no-jar", ".jar");
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Uploads nothing. */
  public static final class NoStager implements Stager {
    private NoStager() {}

    /** Called by Beam by reflection. */
    public static NoStager fromOptions(PipelineOptions options) {
      return new NoStager();
    }

    @Override
    public List<DataflowPackage> stageFiles(List<StagedFile> files) {
      return List.of();
    }

    @Override
    public DataflowPackage stageToFile(byte[] bytes, String name) {
      return new DataflowPackage().setName(name).setLocation(TEMP + "/" + name);
    }
  }
}
