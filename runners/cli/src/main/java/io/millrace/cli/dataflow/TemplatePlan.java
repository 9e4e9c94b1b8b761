package io.millrace.cli.dataflow;

import io.millrace.dataflow.DataflowMain;
import io.millrace.dataflow.TransformNames;
import io.millrace.io.flags.ConfigException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The gcloud commands of a Flex Template launch. Builds commands without running them.
 *
 * @param template the Flex Template's specification in Cloud Storage
 * @param image the template's image in Artifact Registry
 * @param parameters the template's parameters: pipeline flags without dashes
 * @param otherOptions flags of Beam and its runner, which the template does not declare
 * @param mapping file that maps old step names to new ones, for an update; null if none changed
 */
record TemplatePlan(
    String project,
    String region,
    String bucket,
    String template,
    String image,
    String jobName,
    Machines machines,
    Map<String, String> parameters,
    Map<String, String> otherOptions,
    @Nullable Path mapping) {

  private static final String BASE_IMAGE =
      "gcr.io/dataflow-templates-base/java17-template-launcher-base:latest";
  private static final String METADATA = "runners/dataflow/template/metadata.json";

  /** The bundled jar with all dependencies. */
  private static final String JAR = "runners/dataflow/target/lib/millrace-dataflow-bundled.jar";

  private static final String MAIN =
      "FLEX_TEMPLATE_JAVA_MAIN_CLASS=" + DataflowMain.class.getName();

  /**
   * The workers of a job; null stands for the project's default.
   *
   * @param serviceAccount service account of the workers
   * @param maxWorkers maximum number of workers for autoscaling
   */
  record Machines(
      @Nullable String serviceAccount,
      @Nullable String network,
      @Nullable String subnetwork,
      boolean publicIps,
      @Nullable String machineType,
      int maxWorkers) {}

  /** Uploads a contract for the template's launcher. */
  List<String> upload(Path contract, String destination) {
    return List.of(
        "gcloud", "storage", "cp", contract.toString(), destination, "--project=" + project);
  }

  /** Builds the image and the specification. */
  List<String> build() {
    Path home = home();
    return List.of(
        "gcloud",
        "dataflow",
        "flex-template",
        "build",
        template,
        "--project=" + project,
        "--image-gcr-path=" + image,
        "--sdk-language=JAVA",
        "--flex-template-base-image=" + BASE_IMAGE,
        "--metadata-file=" + home.resolve(METADATA),
        "--jar=" + GcloudList.of(List.of(home.resolve(JAR).toString())),
        "--env=" + GcloudList.of(List.of(MAIN)));
  }

  /** Starts a job. */
  List<String> run() {
    return start(List.of());
  }

  /** Replaces the running job by a new version and keeps its state. */
  List<String> update() {
    List<String> more = new ArrayList<>(List.of("--update"));
    if (mapping != null) {
      more.add("--transform-name-mappings=" + GcloudList.of(entries(TransformNames.read(mapping))));
    }
    return start(more);
  }

  private List<String> start(List<String> more) {
    List<String> command = new ArrayList<>(List.of("gcloud", "dataflow", "flex-template", "run"));
    command.add(jobName);
    command.add("--project=" + project);
    command.add("--region=" + region);
    command.add("--template-file-gcs-location=" + template);
    command.add("--enable-streaming-engine");
    command.add("--max-workers=" + machines.maxWorkers());
    command.add("--staging-location=" + bucket + "/staging");
    command.add("--temp-location=" + bucket + "/temp");
    add(command, "--service-account-email=", machines.serviceAccount());
    add(command, "--network=", machines.network());
    add(command, "--subnetwork=", machines.subnetwork());
    add(command, "--worker-machine-type=", machines.machineType());
    if (!machines.publicIps()) {
      command.add("--disable-public-ips");
    }
    command.addAll(more);
    command.add("--parameters=" + GcloudList.of(entries(parameters)));
    if (!otherOptions.isEmpty()) {
      command.add("--additional-pipeline-options=" + GcloudList.of(entries(otherOptions)));
    }
    return List.copyOf(command);
  }

  /**
   * Ends the running job.
   *
   * @param verb {@code drain} or {@code cancel}
   */
  List<String> end(String verb) {
    return List.of(
        "gcloud", "dataflow", "jobs", verb, "JOB_ID", "--project=" + project, "--region=" + region);
  }

  /** Prints the job id that {@link #end} needs. */
  List<String> list() {
    return List.of(
        "gcloud",
        "dataflow",
        "jobs",
        "list",
        "--project=" + project,
        "--region=" + region,
        "--status=active",
        "--filter=name=" + jobName,
        "--format=value(id)");
  }

  /** The checkout, which contains the jar and the metadata of the template. */
  private static Path home() {
    String given = System.getenv("MILLRACE_HOME");
    Path start = given == null ? code() : Path.of(given);
    for (Path path = start.toAbsolutePath(); path != null; path = path.getParent()) {
      if (Files.exists(path.resolve(METADATA))) {
        return path;
      }
    }
    throw new ConfigException(
        List.of("cannot find the template's files. Set MILLRACE_HOME to Millrace's checkout"));
  }

  private static Path code() {
    try {
      return Path.of(
          TemplatePlan.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void add(List<String> command, String flag, @Nullable String value) {
    if (value != null) {
      command.add(flag + value);
    }
  }

  private static List<String> entries(Map<String, String> map) {
    return map.entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue()).toList();
  }
}
