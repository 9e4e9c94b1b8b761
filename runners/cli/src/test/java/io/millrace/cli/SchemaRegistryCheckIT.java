package io.millrace.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import com.sun.net.httpserver.HttpServer;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import io.millrace.pipeline.ExitCodes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code check} with a contract that names a schema registry. */
class SchemaRegistryCheckIT {
  private static final String SCHEMA =
      """
      {"schema": "{\\"type\\":\\"record\\",\\"name\\":\\"Order\\",\\"fields\\":[{\\"name\\":\\"id\\",\\"type\\":\\"string\\"},{\\"name\\":\\"at\\",\\"type\\":{\\"type\\":\\"long\\",\\"logicalType\\":\\"timestamp-millis\\"}}]}"}
      """;

  @TempDir private static Path directory;

  private static String contract(String url, String field) throws Exception {
    return "--contract="
        + Files.writeString(
            directory.resolve("orders.yaml"),
            """
            contract: orders
            version: 1
            format: {type: avro, registry: '%s'}
            fields:
              id: {type: string, required: true}
              at: {type: timestamp, required: true}
              %s
            event_time: {field: at}
            identity: [id, at]
            unknown_fields: {column: extra, as: json}
            tables: {normal: {name: orders}}
            """
                .formatted(url, field));
  }

  @Test
  void theRegistryIsCheckedWithSourceAndSink() throws Exception {
    LocalStack stack = SharedStack.clean();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.kafka().address()))) {
      admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1))).all().get();
    }
    HttpServer registry =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] schema = SCHEMA.getBytes(StandardCharsets.UTF_8);
    registry.createContext(
        "/subjects/orders-value/versions/latest",
        exchange -> {
          exchange.sendResponseHeaders(200, schema.length);
          exchange.getResponseBody().write(schema);
          exchange.close();
        });
    registry.start();
    String url = "http://127.0.0.1:" + registry.getAddress().getPort();
    String[] flags = {
      "check",
      "--input=kafka://" + stack.kafka().address() + "/orders",
      "--output=clickhouse" + stack.clickHouse().address().substring(4) + "/orders",
      ""
    };
    try {
      flags[3] = contract(url, "note: {type: string}");
      MillraceProcess.Result optional = MillraceCommand.run(flags);
      assertThat(optional.err(), optional.exitCode(), is(0));
      assertThat(
          optional.out(),
          containsString("subject orders-value: note: the schema has no such field; the field is"));

      flags[3] = contract(url, "note: {type: string, required: true}");
      MillraceProcess.Result required = MillraceCommand.run(flags);
      assertThat(required.out(), required.exitCode(), is(ExitCodes.WRONG_USE));
      assertThat(required.err(), containsString("the field is required"));
    } finally {
      registry.stop(0);
    }
    MillraceProcess.Result down = MillraceCommand.run(flags);
    assertThat(down.out(), down.exitCode(), is(ExitCodes.WRONG_USE));
    assertThat(
        down.err(),
        containsString(
            "millrace: schema registry "
                + url
                + ": cannot connect; check `registry` in the contract"));
  }
}
