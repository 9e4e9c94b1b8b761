package io.millrace.cli.kafka;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.local.kafka.KafkaSettings;
import io.millrace.local.kafka.KafkaSettings.Listener;
import io.millrace.local.kafka.LocalKafka;
import io.millrace.local.kafka.PrivateCa;
import io.millrace.local.kafka.SecureListener;
import io.millrace.local.process.Lifetime;
import io.millrace.local.process.LocalFiles;
import io.millrace.local.process.Ports;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A broker with a listener for each way to connect, ACLs (StandardAuthorizer), a private CA, and a
 * small token endpoint. The plaintext listener is that of the superuser. Files with secrets and
 * certificates are in a directory of its own.
 */
final class SecuredBroker {
  static final String PASSWORD = "pw-Kz9!vT:4w/Q+yR2";
  private static final String MODULES = "org.apache.kafka.common.security.";
  private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

  private final Path directory;
  private final List<Integer> ports = Ports.free(Ports.Range.KAFKA_LISTENERS, 4);
  private final PrivateCa ca;
  private final PrivateCa otherCa;
  private final KeyPair tokenKey;
  private final HttpServer tokens;
  private final LocalKafka kafka;

  private SecuredBroker(Path directory) throws IOException, GeneralSecurityException {
    this.directory = directory;
    ca = PrivateCa.in(directory.resolve("tls"));
    otherCa = PrivateCa.in(directory.resolve("other-tls"));
    Files.writeString(password(), PASSWORD + "\n");
    KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
    keys.initialize(2048);
    tokenKey = keys.generateKeyPair();
    tokens = HttpServer.create(new InetSocketAddress(Ports.loopback(), 0), 0);
    tokens.createContext("/token", this::issueToken);
    tokens.start();
    Files.writeString(directory.resolve("jwks.json"), publicKeys());
    kafka = LocalKafka.create(directory, 0, Lifetime.WITH_PARENT, this::settings);
  }

  /** One broker for all tests of a JVM. It starts on first use and ends with the JVM. */
  static SecuredBroker shared() {
    return Running.BROKER;
  }

  private static final class Running {
    private static final SecuredBroker BROKER = start();

    private static SecuredBroker start() {
      try {
        Path directory = Files.createTempDirectory("millrace-secured-broker");
        SecuredBroker broker = new SecuredBroker(directory);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(broker, directory)));
        broker.kafka.start();
        return broker;
      } catch (IOException | GeneralSecurityException e) {
        throw new IllegalStateException("cannot start the secured broker", e);
      }
    }

    private static void stop(SecuredBroker broker, Path directory) {
      broker.tokens.stop(0);
      broker.kafka.close();
      try {
        LocalFiles.deleteTree(directory);
      } catch (IOException e) {
        System.err.println("cannot delete " + directory + ": " + e.getMessage());
      }
    }
  }

  private KafkaSettings settings() {
    String host = "ip:127.0.0.1,dns:localhost";
    String server = ca.issue("broker", "localhost", host).toString();
    String other = ca.issue("other-host", "other", "dns:other.example").toString();
    ca.issue("client", "mtls", "");
    Map<String, String> all = new TreeMap<>();
    for (String listener : List.of("login", "mtls", "otherhost")) {
      String prefix = "listener.name." + listener + ".";
      all.put(prefix + "ssl.keystore.type", "PEM");
      all.put(prefix + "ssl.keystore.location", listener.equals("otherhost") ? other : server);
    }
    for (String listener : List.of("login", "plainlogin")) {
      String prefix = "listener.name." + listener + ".";
      all.put(prefix + "sasl.enabled.mechanisms", "PLAIN");
      all.put(
          prefix + "plain.sasl.jaas.config",
          MODULES + "plain.PlainLoginModule required user_plain=\"" + PASSWORD + "\";");
    }
    String login = "listener.name.login.";
    all.put(login + "sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-512,OAUTHBEARER");
    all.put(login + "scram-sha-512.sasl.jaas.config", MODULES + "scram.ScramLoginModule required;");
    all.put(
        login + "oauthbearer.sasl.jaas.config",
        MODULES + "oauthbearer.OAuthBearerLoginModule required;");
    all.put(
        login + "oauthbearer.sasl.server.callback.handler.class",
        MODULES + "oauthbearer.OAuthBearerValidatorCallbackHandler");
    all.put(
        "sasl.oauthbearer.jwks.endpoint.url", directory.resolve("jwks.json").toUri().toString());
    all.put("listener.name.mtls.ssl.client.auth", "required");
    all.put("listener.name.mtls.ssl.truststore.type", "PEM");
    all.put("listener.name.mtls.ssl.truststore.location", ca.certificate().toString());
    all.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    all.put("super.users", "User:ANONYMOUS;User:plain;User:scram;User:oauth;User:CN=mtls");
    return new KafkaSettings(
        List.of(
            new Listener("LOGIN", "SASL_SSL", ports.get(0)),
            new Listener("PLAINLOGIN", "SASL_PLAINTEXT", ports.get(1)),
            new Listener("MTLS", "SSL", ports.get(2)),
            new Listener("OTHERHOST", "SSL", ports.get(3))),
        all,
        address ->
            List.of("scram", "reader", "describer", "nobody")
                .forEach(user -> SecureListener.addUser(address, user, PASSWORD)));
  }

  /** The superuser's listener, without TLS and login. */
  String plaintext() {
    return kafka.address();
  }

  /** SASL_SSL. */
  String login() {
    return "127.0.0.1:" + ports.get(0);
  }

  /** SASL_PLAINTEXT with PLAIN only. */
  String plainLogin() {
    return "127.0.0.1:" + ports.get(1);
  }

  String mutualTls() {
    return "127.0.0.1:" + ports.get(2);
  }

  /** SSL with a certificate for another host name. */
  String otherHost() {
    return "127.0.0.1:" + ports.get(3);
  }

  private Path password() {
    return directory.resolve("password");
  }

  /** A placeholder for the password. */
  String secret() {
    return "${file:" + password() + "}";
  }

  /** Trust in the broker's CA. */
  String trust() {
    return trust(ca);
  }

  /** Trust in another CA only. */
  String wrongTrust() {
    return trust(otherCa);
  }

  private static String trust(PrivateCa authority) {
    return "ssl.truststore.type=PEM\nssl.truststore.location=" + authority.certificate() + "\n";
  }

  /** A client's certificate and key, as text in the file itself. */
  String pemIdentity() throws IOException {
    Path key = directory.resolve("tls/client.key");
    String[] pem =
        Files.readString(directory.resolve("tls/client.pem")).split("(?<=KEY-----\\R)", 3);
    Files.writeString(key, pem[0] + (pem.length > 2 ? pem[1] : ""));
    String chain = pem[pem.length - 1].strip().replaceAll("\\R", "\\\\n\\\\\n  ");
    return "ssl.keystore.type=PEM\nssl.keystore.certificate.chain="
        + chain
        + "\nssl.keystore.key=file:"
        + key
        + "\n";
  }

  String pkcs12Identity() {
    return "ssl.keystore.type=PKCS12\nssl.keystore.location="
        + ca.pkcs12("client", PASSWORD)
        + "\nssl.keystore.password=file:"
        + password()
        + "\n";
  }

  static String login(String mechanism, String user, String password) {
    String module = mechanism.equals("PLAIN") ? "plain.PlainLogin" : "scram.ScramLogin";
    return "sasl.mechanism=%s\nsasl.jaas.config=%s%sModule required username=\"%s\" password=\"%s\";\n"
        .formatted(mechanism, MODULES, module, user, password);
  }

  String oauth(String clientSecret) {
    return "sasl.mechanism=OAUTHBEARER\n"
        + ("sasl.login.callback.handler.class=" + MODULES)
        + "oauthbearer.OAuthBearerLoginCallbackHandler\n"
        + ("sasl.oauthbearer.token.endpoint.url=http://127.0.0.1:" + tokens.getAddress().getPort())
        + ("/token\nsasl.jaas.config=" + MODULES + "oauthbearer.OAuthBearerLoginModule required")
        + (" clientId=\"millrace\" clientSecret=\"" + clientSecret + "\";\n");
  }

  private void issueToken(HttpExchange request) throws IOException {
    String expected =
        Base64.getEncoder()
            .encodeToString(("millrace:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    boolean known =
        ("Basic " + expected).equals(request.getRequestHeaders().getFirst("Authorization"));
    byte[] answer =
        (known
                ? "{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":3600}"
                    .formatted(token())
                : "{\"error\":\"invalid_client\"}")
            .getBytes(StandardCharsets.UTF_8);
    request.getRequestBody().readAllBytes();
    request.getResponseHeaders().set("Content-Type", "application/json");
    request.sendResponseHeaders(known ? 200 : 401, answer.length);
    request.getResponseBody().write(answer);
    request.close();
  }

  private String token() {
    long now = Instant.now().getEpochSecond();
    String signed =
        text("{\"alg\":\"RS256\",\"kid\":\"k\"}")
            + "."
            + text(
                "{\"sub\":\"oauth\",\"iat\":%d,\"exp\":%d,\"scope\":\"k\"}"
                    .formatted(now, now + 3600));
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(tokenKey.getPrivate());
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + URL.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private String publicKeys() {
    RSAPublicKey key = (RSAPublicKey) tokenKey.getPublic();
    return "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"k\",\"alg\":\"RS256\",\"use\":\"sig\",\"n\":\"%s\",\"e\":\"%s\"}]}"
        .formatted(number(key.getModulus()), number(key.getPublicExponent()));
  }

  private static String number(BigInteger number) {
    byte[] bytes = number.toByteArray();
    return URL.encodeToString(bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
  }

  private static String text(String json) {
    return URL.encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
