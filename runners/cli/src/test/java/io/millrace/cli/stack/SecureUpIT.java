package io.millrace.cli.stack;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.MillraceCommand;
import io.millrace.cli.MillraceProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The local stack with TLS and login, and after the death of a server. */
class SecureUpIT {
  private static final Pattern TLS = Pattern.compile("kafka \\(TLS, login\\) +(\\S+)");

  @TempDir private Path home;

  private MillraceProcess.Result run(String... args) {
    return MillraceCommand.runIn(home, args);
  }

  @AfterEach
  void down() {
    run("down");
  }

  @Test
  void tlsAndLoginWorkAtOnceAndAfterADeadBrokerIsStartedAgain() throws Exception {
    MillraceProcess.Result up =
        MillraceProcess.run(
            Map.of("MILLRACE_HOME", home.toString()),
            List.of(),
            "up",
            "--secure",
            "--kafkaPort=0",
            "--kafkaTlsPort=0",
            "--clickhousePort=0");
    assertThat(up.err(), up.exitCode(), is(0));
    Path config = home.resolve(".millrace/kafka-client.properties");
    assertThat(up.out(), containsString("--kafkaConfig=" + config));
    assertThat(Files.readString(config), containsString("password=\"${file:"));
    Matcher address = TLS.matcher(up.out());
    assertThat(up.out(), address.find(), is(true));
    MillraceProcess.Result first = MillraceCommand.run(generate(address.group(1), config));
    assertThat(first.err(), first.exitCode(), is(0));

    JsonNode before = status(0);
    ProcessHandle kafka = ProcessHandle.of(before.at("/kafka/pid").asLong()).orElseThrow();
    kafka.destroyForcibly();
    kafka.onExit().get();
    assertThat(status(1).at("/kafka/running").asBoolean(), is(false));

    MillraceProcess.Result again = run("up");
    assertThat(again.err(), again.exitCode(), is(0));
    assertThat(
        again.err(), containsString("kafka answers at " + before.at("/kafka/address").asText()));
    assertThat(again.out(), containsString(address.group(1)));
    JsonNode after = status(0);
    assertThat(after.at("/clickhouse/pid"), is(before.at("/clickhouse/pid")));
    MillraceProcess.Result sent = MillraceProcess.run(generate(address.group(1), config));
    assertThat(sent.err(), sent.exitCode(), is(0));
  }

  private static String[] generate(String servers, Path config) {
    return new String[] {
      "generate", "--to=kafka://" + servers + "/e", "--kafkaConfig=" + config, "--count=100"
    };
  }

  private JsonNode status(int exitCode) throws Exception {
    MillraceProcess.Result status = run("status", "--json");
    assertThat(status.out(), status.exitCode(), is(exitCode));
    return new ObjectMapper().readTree(status.out());
  }
}
