package io.millrace.local.kafka;

import io.millrace.local.process.LocalFiles;
import io.millrace.local.process.LocalStackException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * A certificate authority of one directory, made by the JDK's keytool. Private keys are in files
 * that only their owner can read. Making a certificate takes about a second.
 */
public final class PrivateCa {
  private static final String CA = "ca";
  private static final String VALID_DAYS = "3650";

  private final Path directory;
  private final Path store;
  private final Path password;

  private PrivateCa(Path directory) {
    this.directory = directory;
    this.store = directory.resolve("ca.p12");
    this.password = directory.resolve("store.password");
  }

  /** The authority of a directory; created if missing. */
  public static PrivateCa in(Path directory) {
    PrivateCa ca = new PrivateCa(directory);
    if (!Files.exists(ca.certificate())) {
      ca.create();
    }
    return ca;
  }

  private void create() {
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    writePrivate(password, HexFormat.of().formatHex(random));
    keytool(CA, "CN=Millrace local CA", "-ext", "bc:c");
    writePrivate(certificate(), pem("CERTIFICATE", encoded(chain(CA).get(0))));
  }

  /** The PEM file with the authority's certificate. */
  public Path certificate() {
    return directory.resolve("ca.pem");
  }

  /**
   * A PEM file with a private key and its certificates; created if missing.
   *
   * @param name of the file, without its ending
   * @param subject the certificate's common name
   * @param hosts such as {@code ip:127.0.0.1,dns:localhost}; empty for a client's certificate
   */
  public Path issue(String name, String subject, String hosts) {
    Path file = directory.resolve(name + ".pem");
    if (!Files.exists(file)) {
      List<String> more = new ArrayList<>(List.of("-signer", CA));
      if (!hosts.isEmpty()) {
        more.addAll(List.of("-ext", "san=" + hosts));
      }
      keytool(name, "CN=" + subject, more.toArray(String[]::new));
      StringBuilder text = new StringBuilder(pem("PRIVATE KEY", key(name).getEncoded()));
      chain(name).forEach(certificate -> text.append(pem("CERTIFICATE", encoded(certificate))));
      writePrivate(file, text.toString());
    }
    return file;
  }

  /** A PKCS12 file with an {@linkplain #issue issued} key and its certificates. */
  public Path pkcs12(String name, String storePassword) {
    Path file = directory.resolve(name + ".p12");
    try {
      KeyStore own = KeyStore.getInstance("PKCS12");
      own.load(null, null);
      own.setKeyEntry(
          name, key(name), storePassword.toCharArray(), chain(name).toArray(Certificate[]::new));
      try (OutputStream out = Files.newOutputStream(file)) {
        own.store(out, storePassword.toCharArray());
      }
      return file;
    } catch (GeneralSecurityException | IOException e) {
      throw new LocalStackException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  private KeyStore load() throws GeneralSecurityException, IOException {
    KeyStore loaded = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      loaded.load(in, LocalFiles.read(password).toCharArray());
    }
    return loaded;
  }

  private Key key(String name) {
    try {
      return load().getKey(name, LocalFiles.read(password).toCharArray());
    } catch (GeneralSecurityException | IOException e) {
      throw new LocalStackException("cannot read " + store + ": " + e.getMessage(), e);
    }
  }

  private List<Certificate> chain(String name) {
    try {
      return List.of(load().getCertificateChain(name));
    } catch (GeneralSecurityException | IOException e) {
      throw new LocalStackException("cannot read " + store + ": " + e.getMessage(), e);
    }
  }

  private static byte[] encoded(Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new LocalStackException("invalid certificate: " + e.getMessage(), e);
    }
  }

  private static String pem(String kind, byte[] content) {
    return "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n"
        .formatted(kind, Base64.getMimeEncoder().encodeToString(content));
  }

  /** Makes a key and its certificate. The password is in a file, not on the command line. */
  private void keytool(String alias, String subject, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                // A process of a second has no use for the second compiler.
                "-J-XX:TieredStopAtLevel=1",
                "-J-XX:+UseSerialGC",
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-dname",
                subject,
                "-validity",
                VALID_DAYS,
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass:file",
                password.toString()));
    command.addAll(List.of(more));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new LocalStackException("keytool cannot make a certificate: " + output.strip());
      }
    } catch (IOException e) {
      throw new LocalStackException("cannot run the JDK's keytool: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalStackException("interrupted while making a certificate", e);
    }
  }

  /** Writes a file that only its owner can read. */
  static void writePrivate(Path file, String text) {
    LocalFiles.writing(
        file,
        () -> {
          // Java lets only the owner read a temporary file.
          Path made = Files.createTempFile(file.getParent(), file.getFileName().toString(), ".new");
          Files.writeString(made, text);
          Files.move(made, file, StandardCopyOption.REPLACE_EXISTING);
        });
  }
}
