package io.millrace.io.flags;

/** Validates {@code host:port}. */
public final class HostPort {
  private HostPort() {}

  /** Whether a text is a TCP port number. */
  public static boolean isPort(String text) {
    if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(Character::isDigit)) {
      return false;
    }
    int port = Integer.parseInt(text);
    return port > 0 && port < 65_536;
  }
}
