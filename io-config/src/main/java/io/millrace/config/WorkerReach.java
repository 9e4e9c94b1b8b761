package io.millrace.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What the flags refer to must be there on the workers. Dataflow's are new machines from Google's
 * image: they have neither the launching machine's environment nor its files.
 */
final class WorkerReach {
  private static final String FILE = "file:";

  private WorkerReach() {}

  /** One line for each flag that names what no worker of the runner has. */
  static List<String> mistakes(MillraceOptions options) {
    List<String> mistakes = new ArrayList<>();
    if (!options.getRunner().getSimpleName().equals("DataflowRunner")) {
      return mistakes;
    }
    if (options.getInput() != null && options.getInput().startsWith(FILE)) {
      mistakes.add(
          "--input: Dataflow's workers do not have your files; send the lines to Kafka or Pub/Sub, or"
              + " read the files with `scripts/millrace run`");
    }
    if (Arrays.stream(options.getDeadLetters().split(",", -1)).anyMatch(p -> p.startsWith(FILE))) {
      mistakes.add(
          "--deadLetters: files of Dataflow's workers go away with them, and the letters too; use"
              + " table, kafka://host:port/topic or pubsub://project/topic");
    }
    reference("clickHouseUser", options.getClickHouseUser(), mistakes);
    reference("clickHousePassword", options.getClickHousePassword(), mistakes);
    if (options.getClickHouseCaFile() != null) {
      mistakes.add(
          "--clickHouseCaFile: Dataflow's workers have no such file; give ClickHouse a certificate of"
              + " an authority that the JDK trusts");
    }
    return mistakes;
  }

  private static void reference(String flag, @Nullable String text, List<String> mistakes) {
    if (text == null || !SecretReference.isReference(text)) {
      return;
    }
    try {
      if (SecretReference.parse(text).isLocal()) {
        mistakes.add(
            "--"
                + flag
                + ": Dataflow's workers have neither your environment nor your files; put the secret"
                + " into Secret Manager and refer to it by"
                + " gcp-secret:projects/PROJECT/secrets/SECRET/versions/VERSION");
      }
    } catch (IllegalArgumentException e) {
      // Told by who reads the flag's value.
      return;
    }
  }
}
