package io.millrace.local.kafka;

import io.millrace.local.process.ParentWatch;
import io.millrace.local.process.ServerArchives;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.Kafka;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;

/**
 * The process of {@link LocalKafka}: formats the storage on the first start and runs the broker.
 * Argument: the broker's properties file.
 */
public final class KafkaServer {
  private KafkaServer() {}

  public static void main(String[] args) throws IOException {
    ParentWatch.start(args);
    ServerArchives.writeAtExitIfAsked();
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of(args[0]))) {
      properties.load(reader);
    }
    Path data = Path.of(properties.getProperty("log.dirs"));
    if (!Files.exists(data.resolve("meta.properties"))) {
      ByteArrayOutputStream output = new ByteArrayOutputStream();
      int status =
          StorageTool.execute(
              new String[] {"format", "-t", Uuid.randomUuid().toString(), "-c", args[0]},
              new PrintStream(output, true, StandardCharsets.UTF_8));
      if (status != 0) {
        System.err.println(
            "ERROR Cannot format " + data + ": " + output.toString(StandardCharsets.UTF_8));
        Runtime.getRuntime().halt(1);
      }
    }
    Kafka.main(new String[] {args[0]});
  }
}
