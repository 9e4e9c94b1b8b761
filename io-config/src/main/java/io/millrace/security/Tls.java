package io.millrace.security;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.checkerframework.checker.nullness.qual.Nullable;

/** TLS trust from a CA file, and explanations of failed TLS connections. */
public final class Tls {
  private static final String PEM = "-----BEGIN CERTIFICATE-----";

  private Tls() {}

  /**
   * Creates a context that trusts only the certificates of a file, or those of the JDK.
   *
   * @param caFile PEM file with any number of certificates; null: the JDK's trust store
   * @throws IllegalArgumentException in one line, if the file is invalid
   */
  public static SSLContext context(@Nullable String caFile) {
    try {
      if (caFile == null) {
        return SSLContext.getDefault();
      }
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int number = 0;
      for (Certificate certificate : certificates(caFile)) {
        trusted.setCertificateEntry("ca-" + number++, certificate);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("TLS is missing from this JDK", e);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException(caFile + ": not usable as CA file: " + e.getMessage(), e);
    }
  }

  /**
   * Reads the certificates of a PEM file.
   *
   * @throws IllegalArgumentException in one line, if it contains none
   */
  public static Collection<? extends Certificate> certificates(String caFile) {
    byte[] bytes;
    try {
      Path path = Path.of(caFile);
      if (!path.isAbsolute()) {
        throw new IllegalArgumentException(
            "expected an absolute path, the same on every worker; found `" + caFile + "`");
      }
      bytes = Files.readAllBytes(path);
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException(
          "%s cannot be read (%s); the file must exist on this machine and on every worker"
              .formatted(caFile, e.getClass().getSimpleName()),
          e);
    }
    if (!new String(bytes, StandardCharsets.ISO_8859_1).contains(PEM)) {
      throw new IllegalArgumentException(
          caFile + " contains no certificate; expected PEM, with lines `" + PEM + "`");
    }
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(bytes));
    } catch (CertificateException e) {
      // The message omits e's text: it may quote a part of the file.
      throw new IllegalArgumentException(
          caFile + " contains an invalid certificate; expected PEM with certificates only", e);
    }
  }

  /**
   * Explains in one line why a TLS connection failed, with the remedy.
   *
   * @param failure the client's exception; its causes are searched
   * @param host host name in the request
   */
  public static String explain(Throwable failure, String host, @Nullable String caFile) {
    String message = "";
    for (Throwable t = failure; t != null; t = t.getCause()) {
      message = t.getMessage() == null ? "" : t.getMessage();
      if (t instanceof CertificateExpiredException
          || t instanceof CertificateNotYetValidException) {
        break;
      }
    }
    return switch (TlsFailure.of(failure)) {
      case EXPIRED -> "the server's certificate has expired (" + message + "); renew it";
      case NOT_YET_VALID ->
          "the server's certificate is not valid yet (%s); check this machine's clock"
              .formatted(message);
      case UNTRUSTED ->
          caFile == null
              ? "the server's certificate is not trusted; add its issuer's certificate:"
                  + " --clickHouseCaFile=/path.pem"
              : "the server's certificate is not trusted: its issuer is not in " + caFile;
      case HOST_NAME ->
          "the server's certificate is for another host name than "
              + host
              + "; use a host name from the certificate";
      case NOT_TLS ->
          "the server does not use TLS on this port; remove ?tls=true, or use the HTTPS port,"
              + " usually 8443";
      case REJECTED_BY_PEER, OTHER ->
          "no TLS connection: " + message.lines().findFirst().orElse("no reason given");
    };
  }
}
