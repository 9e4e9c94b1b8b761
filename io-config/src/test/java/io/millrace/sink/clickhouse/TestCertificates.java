package io.millrace.sink.clickhouse;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Keys and certificates made for a test, by the JDK's keytool. */
final class TestCertificates {
  private static final String SECRET = "changeit";

  private final Path directory;

  /** An authority of its own, in a directory. */
  TestCertificates(String name, Path directory) throws IOException, InterruptedException {
    this.directory = directory;
    keytool(
        "-genkeypair",
        "-alias",
        "ca",
        "-dname",
        "CN=" + name,
        "-keystore",
        "ca.p12",
        "-keyalg",
        "EC",
        "-ext",
        "bc:c");
    keytool("-exportcert", "-alias", "ca", "-rfc", "-keystore", "ca.p12", "-file", "ca.pem");
  }

  /** The authority's certificate, PEM. */
  Path authority() {
    return directory.resolve("ca.pem");
  }

  /**
   * A server's identity, signed by the authority.
   *
   * @param host such as {@code ip:127.0.0.1} or {@code dns:other.example}
   * @param start when it becomes valid, for two days, such as {@code -1d}
   */
  SSLContext server(String name, String host, String start)
      throws IOException, InterruptedException, GeneralSecurityException {
    String store = name + ".p12";
    keytool(
        "-genkeypair",
        "-alias",
        "server",
        "-dname",
        "CN=server",
        "-keystore",
        store,
        "-keyalg",
        "EC");
    keytool("-certreq", "-alias", "server", "-keystore", store, "-file", name + ".csr");
    keytool(
        "-gencert",
        "-alias",
        "ca",
        "-keystore",
        "ca.p12",
        "-infile",
        name + ".csr",
        "-outfile",
        name + ".pem",
        "-rfc",
        "-ext",
        "san=" + host,
        "-startdate",
        start,
        "-validity",
        "2");
    keytool("-importcert", "-alias", "ca", "-noprompt", "-keystore", store, "-file", "ca.pem");
    keytool("-importcert", "-alias", "server", "-keystore", store, "-file", name + ".pem");
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(directory.resolve(store))) {
      keys.load(in, SECRET.toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, SECRET.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  private void keytool(String... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    Collections.addAll(command, args);
    Collections.addAll(command, "-storepass", SECRET, "-storetype", "PKCS12");
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("keytool " + List.of(args) + ": " + said);
    }
  }
}
