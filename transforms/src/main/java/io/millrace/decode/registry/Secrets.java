package io.millrace.decode.registry;

import java.util.ServiceLoader;

/** The {@link SecretResolver} of the class path. */
public final class Secrets {
  private Secrets() {}

  /** The implementation that the class path names. */
  public static SecretResolver resolver() {
    // The threads of a worker may have another context class loader.
    return ServiceLoader.load(SecretResolver.class, SecretResolver.class.getClassLoader())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no SecretResolver on the class path"));
  }
}
