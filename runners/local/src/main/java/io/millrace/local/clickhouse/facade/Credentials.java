package io.millrace.local.clickhouse.facade;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;

/**
 * The server's only user. Without a password it accepts any password, like ClickHouse's {@code
 * no_password} (the Java client sends "null" without one). Messages never contain the password.
 */
record Credentials(String user, String password) {
  /**
   * Accepts {@code X-ClickHouse-User/-Key}, HTTP Basic, or the parameters {@code user}/{@code
   * password}.
   *
   * @throws ServerError AUTHENTICATION_FAILED
   */
  void check(Request request) throws ServerError {
    String givenUser = request.parameters().getOrDefault("user", "default");
    String givenPassword = request.parameter("password");
    if (request.header("X-ClickHouse-User").isPresent()
        || request.header("X-ClickHouse-Key").isPresent()) {
      givenUser = request.header("X-ClickHouse-User").orElse("");
      givenPassword = request.header("X-ClickHouse-Key").orElse("");
    } else if (request.header("Authorization").isPresent()) {
      String[] basic = basic(request.header("Authorization").get());
      givenUser = basic[0];
      givenPassword = basic[1];
    }
    boolean userFits = same(user, givenUser);
    boolean passwordFits = password.isEmpty() || same(password, givenPassword);
    if (!userFits || !passwordFits) {
      throw ServerError.of(
          516,
          "AUTHENTICATION_FAILED",
          givenUser
              + ": Authentication failed: password is incorrect, or there is no user with such"
              + " name");
    }
  }

  private static String[] basic(String header) throws ServerError {
    String[] parts = header.strip().split("\\s+", 2);
    if (!parts[0].equalsIgnoreCase("Basic") || parts.length < 2) {
      throw ServerError.of(
          516,
          "AUTHENTICATION_FAILED",
          "Invalid authentication: '" + parts[0] + "' HTTP Authorization scheme is not supported");
    }
    try {
      String pair = new String(Base64.getDecoder().decode(parts[1]), StandardCharsets.UTF_8);
      int colon = pair.indexOf(':');
      return colon < 0
          ? new String[] {pair, ""}
          : new String[] {pair.substring(0, colon), pair.substring(colon + 1)};
    } catch (IllegalArgumentException e) {
      throw ServerError.of(
          516, "AUTHENTICATION_FAILED", "Invalid authentication: the header is not base64");
    }
  }

  private static boolean same(String a, String b) {
    return MessageDigest.isEqual(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }
}
