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
import java.security.SignatureException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Trust in servers, by a file of certificates; and in words, why one is not trusted. */
public final class Tls {
  private static final String PEM = "-----BEGIN CERTIFICATE-----";

  private Tls() {}

  /**
   * What trusts the certificates of a file, and no others; or those of the JDK.
   *
   * @param caFile PEM, with any number of certificates; null: the JDK's
   * @throws IllegalArgumentException in one line, if the file cannot be used
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
      throw new IllegalStateException("this JDK has no TLS", e);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException(caFile + ": cannot be used: " + e.getMessage(), e);
    }
  }

  /**
   * The certificates of a file.
   *
   * @throws IllegalArgumentException in one line, if there are none
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
          caFile
              + " cannot be read ("
              + e.getClass().getSimpleName()
              + "); it is needed here, where tables are checked, and on every worker",
          e);
    }
    if (!new String(bytes, StandardCharsets.ISO_8859_1).contains(PEM)) {
      throw new IllegalArgumentException(
          caFile + " holds no certificate; expected PEM, with lines `" + PEM + "`");
    }
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(bytes));
    } catch (CertificateException e) {
      // Its message may repeat a part of the file.
      throw new IllegalArgumentException(
          caFile + " holds what is no certificate; expected PEM with certificates only", e);
    }
  }

  /**
   * Why there is no connection over TLS, with the remedy, in one line.
   *
   * @param failure what a client has thrown, at whatever depth the cause is
   * @param host the name by which the server was asked for
   */
  public static String explain(Throwable failure, String host, @Nullable String caFile) {
    String message = "";
    for (Throwable t = failure; t != null; t = t.getCause()) {
      message = t.getMessage() == null ? "" : t.getMessage();
      if (t instanceof CertificateExpiredException) {
        return "the server's certificate has expired (" + message + "); renew it";
      }
      if (t instanceof CertificateNotYetValidException) {
        return "the server's certificate is not valid yet (" + message + "); is the clock right?";
      }
      // The signature: an issuer of the same name with another key.
      if (t instanceof CertPathBuilderException || t instanceof SignatureException) {
        return caFile == null
            ? "the server's certificate is not trusted; name the file with its issuer's"
                + " certificate: --clickHouseCaFile=/path.pem"
            : "the server's certificate is not trusted: its issuer is none of those in " + caFile;
      }
      if (message.startsWith("No subject alternative")
          || message.startsWith("No name matching")
          || message.contains("doesn't match any of the subject alternative names")
          || message.contains("doesn't match common name")) {
        return "the server's certificate is for another host name than "
            + host
            + "; use a name that stands in it";
      }
    }
    return message.contains("ecognized SSL message")
        ? "what answers there is not TLS; leave out ?tls=true, or use the port of HTTPS, usually"
            + " 8443"
        : "no TLS connection: " + message.lines().findFirst().orElse("no reason given");
  }
}
