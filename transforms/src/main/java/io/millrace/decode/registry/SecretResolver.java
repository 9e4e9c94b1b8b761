package io.millrace.decode.registry;

/**
 * Reads secrets by reference, on the worker. The file {@code
 * META-INF/services/io.millrace.decode.registry.SecretResolver} names the implementation.
 */
public interface SecretResolver {
  /**
   * Checks the form of a reference, not that the secret exists.
   *
   * @throws IllegalArgumentException if the text is no reference; the message does not quote it
   */
  void check(String reference);

  /**
   * Reads the secret.
   *
   * @throws IllegalArgumentException if it cannot be read; the message names the reference only
   */
  String resolve(String reference);
}
