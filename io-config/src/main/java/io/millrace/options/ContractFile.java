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

/** Finds a contract: in a file of this machine, or in Cloud Storage, where templates read it. */
final class ContractFile {
  private static final String CLOUD_STORAGE = "gs://";

  private ContractFile() {}

  /**
   * Reads a contract.
   *
   * @throws ContractException with every mistake in it
   * @throws IllegalArgumentException if Cloud Storage does not give it
   */
  static Contract load(String place, PipelineOptions options) throws ContractException {
    if (!place.startsWith(CLOUD_STORAGE)) {
      return ContractLoader.load(Path.of(place));
    }
    // Knows the credentials only from here on; creating a pipeline does the same again.
    FileSystems.setDefaultPipelineOptions(options);
    try (InputStream in =
        Channels.newInputStream(FileSystems.open(FileSystems.matchNewResource(place, false)))) {
      return ContractLoader.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), place);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "`"
              + place
              + "` cannot be read ("
              + e.getClass().getSimpleName()
              + "); is it there, and may this account read it?",
          e);
    }
  }
}
