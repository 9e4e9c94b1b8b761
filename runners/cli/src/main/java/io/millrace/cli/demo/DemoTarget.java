package io.millrace.cli.demo;

import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.local.LocalStack;
import io.millrace.security.SecretReference;
import io.millrace.security.UserName;
import io.millrace.verify.ClickHouseQueries;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A new topic and a new database for one demo.
 *
 * @param topic the topic's URL
 * @param flags input, output and contract of the pipeline
 * @param tables queries on the database
 */
record DemoTarget(String topic, List<String> flags, ClickHouseQueries tables) {
  static DemoTarget on(LocalStack stack, Path contract) {
    String name = "demo_" + System.currentTimeMillis();
    String topic = "kafka://" + stack.kafka().address() + "/" + name;
    String clickHouse = stack.clickHouse().address();
    List<String> flags = new ArrayList<>();
    flags.add("--input=" + topic);
    flags.add("--output=clickhouse" + clickHouse.substring(4) + "/" + name);
    flags.add("--contract=" + contract);
    ClickHouseConfig database = ClickHouseConfig.of(clickHouse, name);
    Optional<Path> password = stack.clickHouse().passwordFile();
    if (password.isPresent()) {
      String reference = "file:" + password.get();
      flags.add("--clickHousePassword=" + reference);
      database = database.withUser(UserName.parse("default"), SecretReference.parse(reference));
    }
    return new DemoTarget(topic, List.copyOf(flags), new ClickHouseQueries(database));
  }
}
