package io.millrace.kafka.client;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.kafka.client.ClientProperties.Client;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

/** The published login modules of managed clusters, loaded by Kafka's client from our settings. */
class LoginModulesTest {
  private static Map<String, Object> settings(String... lines) {
    PropertiesFile file =
        PropertiesFile.parse(String.join("\n", lines), false, Set.of("127.0.0.1:1"));
    assertThat(file.problems(), empty());
    Map<String, Object> settings =
        new HashMap<>(new ClientProperties(file.values(), null).resolved(Client.ADMIN));
    settings.put("bootstrap.servers", "127.0.0.1:1");
    return settings;
  }

  @Test
  void loadsThatOfAmazonMsk() {
    Map<String, Object> settings =
        settings(
            "security.protocol=SASL_SSL",
            "sasl.mechanism=AWS_MSK_IAM",
            "sasl.jaas.config=software.amazon.msk.auth.iam.IAMLoginModule required;",
            "sasl.client.callback.handler.class="
                + "software.amazon.msk.auth.iam.IAMClientCallbackHandler");
    try (Admin admin = Admin.create(settings)) {
      // Kafka's client logs in as it is created; AWS's credentials are read later.
      assertThat(admin, notNullValue());
    }
  }

  /** Its login reads Google's credentials at once, which a test does not have. */
  @Test
  void loadsThatOfGoogle() {
    Map<String, Object> settings =
        settings(
            "security.protocol=SASL_SSL",
            "sasl.mechanism=OAUTHBEARER",
            "sasl.login.callback.handler.class="
                + "com.google.cloud.hosted.kafka.auth.GcpLoginCallbackHandler",
            "sasl.jaas.config="
                + "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;");
    KafkaException e = assertThrows(KafkaException.class, () -> Admin.create(settings).close());
    List<String> called = new ArrayList<>();
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      for (StackTraceElement frame : cause.getStackTrace()) {
        called.add(frame.getClassName());
      }
    }
    assertThat(called, hasItem("com.google.cloud.hosted.kafka.auth.GcpLoginCallbackHandler"));
  }
}
