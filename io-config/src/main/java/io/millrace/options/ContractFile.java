package io.millrace.options;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractException;
import io.millrace.contract.yaml.ContractLoader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptions;

/** Loads a contract from a local file or from Cloud Storage. */
final class ContractFile {
  private static final String CLOUD_STORAGE = "gs://";

  private ContractFile() {}

  /**
   * Loads a contract.
   *
   * @throws ContractException with every problem in it
   * @throws IllegalArgumentException if Cloud Storage cannot provide it
   */
  static Contract load(String place, PipelineOptions options) throws ContractException {
    if (!place.startsWith(CLOUD_STORAGE)) {
      return ContractLoader.load(Path.of(place));
    }
    // Sets the credentials of Beam's file systems, as creating a pipeline does later.
    FileSystems.setDefaultPipelineOptions(options);
    try (InputStream in =
        Channels.newInputStream(FileSystems.open(FileSystems.matchNewResource(place, false)))) {
      return ContractLoader.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), place);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "`%s` cannot be read (%s); check that it exists and that this account may read it"
              .formatted(place, e.getClass().getSimpleName()),
          e);
    }
  }
}
