package io.millrace.cli.dataflow;

import io.millrace.dataflow.DataflowMain;
import io.millrace.dataflow.TransformNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What is asked of Google, and the gcloud commands that ask it. Nothing is run here.
 *
 * @param template the Flex Template's specification in Cloud Storage
 * @param image the template's image in Artifact Registry
 * @param parameters flags of the pipeline that the template is run with, without their dashes
 * @param otherOptions flags of Beam and its runner, which the template does not declare
 * @param mapping old names of steps to new ones, for an update; null if none changed
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
  private static final String MAIN =
      "FLEX_TEMPLATE_JAVA_MAIN_CLASS=" + DataflowMain.class.getName();

  /**
   * Where the job runs and as whom; null where the project's default will do.
   *
   * @param serviceAccount the workers'
   * @param maxWorkers the most that autoscaling may start
   */
  record Machines(
      @Nullable String serviceAccount,
      @Nullable String network,
      @Nullable String subnetwork,
      boolean publicIps,
      @Nullable String machineType,
      int maxWorkers) {}

  /** Puts a contract where the template's launcher can read it. */
  List<String> upload(Path contract, String place) {
    return List.of("gcloud", "storage", "cp", contract.toString(), place, "--project=" + project);
  }

  /** Makes the image and the specification. */
  List<String> build(Path jar, Path metadata) {
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
        "--metadata-file=" + metadata,
        "--jar=" + GcloudList.of(List.of(jar.toString())),
        "--env=" + GcloudList.of(List.of(MAIN)));
  }

  /** Starts a job. */
  List<String> run() {
    return started(List.of());
  }

  /** Puts a new version in the place of the running job, which keeps its state. */
  List<String> update() {
    List<String> more = new ArrayList<>(List.of("--update"));
    if (mapping != null) {
      more.add("--transform-name-mappings=" + GcloudList.of(entries(TransformNames.read(mapping))));
    }
    return started(more);
  }

  private List<String> started(List<String> more) {
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

  /** Reads no more, writes what was read, and ends the job. */
  List<String> drain() {
    return onJob("drain");
  }

  /** Ends the job at once; what was read and not written is lost to this job. */
  List<String> cancel() {
    return onJob("cancel");
  }

  /** gcloud wants the job's id; a shell finds it by the name. */
  private List<String> onJob(String what) {
    return List.of(
        "gcloud", "dataflow", "jobs", what, "JOB_ID", "--project=" + project, "--region=" + region);
  }

  /** Tells the id that {@link #drain} and {@link #cancel} need. */
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

  private static void add(List<String> command, String flag, @Nullable String value) {
    if (value != null) {
      command.add(flag + value);
    }
  }

  private static List<String> entries(Map<String, String> map) {
    return map.entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue()).toList();
  }
}
