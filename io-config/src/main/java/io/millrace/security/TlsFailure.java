package io.millrace.security;

import java.security.SignatureException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;

/** Why a TLS connection failed. */
public enum TlsFailure {
  /** The issuer of the server's certificate is unknown. */
  UNTRUSTED,
  /** The server's certificate is for other host names. */
  HOST_NAME,
  EXPIRED,
  NOT_YET_VALID,
  /** The server does not speak TLS on this port. */
  NOT_TLS,
  /** The server ended the handshake, mostly because of the client's certificate. */
  REJECTED_BY_PEER,
  OTHER;

  /**
   * Classifies a failure.
   *
   * @param failure the client's exception; its causes are searched
   */
  public static TlsFailure of(Throwable failure) {
    TlsFailure found = OTHER;
    for (Throwable t = failure; t != null; t = t.getCause()) {
      String message = t.getMessage() == null ? "" : t.getMessage();
      if (t instanceof CertificateExpiredException) {
        return EXPIRED;
      }
      if (t instanceof CertificateNotYetValidException) {
        return NOT_YET_VALID;
      }
      // SignatureException: an issuer with the same name but another key.
      if (t instanceof CertPathBuilderException || t instanceof SignatureException) {
        return UNTRUSTED;
      }
      if (message.startsWith("No subject alternative")
          || message.startsWith("No name matching")
          || message.contains("doesn't match any of the subject alternative names")
          || message.contains("doesn't match common name")) {
        return HOST_NAME;
      }
      if (message.contains("ecognized SSL message")) {
        found = NOT_TLS;
      } else if (message.contains("Received fatal alert")) {
        found = REJECTED_BY_PEER;
      }
    }
    return found;
  }
}
