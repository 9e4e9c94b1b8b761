package io.millrace.decode.registry;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Secrets that tests set; the reference {@code env:NAME} names one. */
public final class TestSecrets implements SecretResolver {
  public static final Map<String, String> VALUES = new ConcurrentHashMap<>();

  @Override
  public void check(String reference) {
    if (!reference.startsWith("env:") && !reference.startsWith("file:/")) {
      throw new IllegalArgumentException(
          "not a reference to a secret; expected env:NAME or file:/path");
    }
  }

  @Override
  public String resolve(String reference) {
    String value = VALUES.get(reference);
    if (value == null) {
      throw new IllegalArgumentException("secret " + reference + ": is not set");
    }
    return value;
  }
}
