package io.millrace.security;

import io.millrace.decode.registry.SecretResolver;

/** Resolves the secrets of a schema registry as those of sources and sinks. */
public final class RegistrySecrets implements SecretResolver {
  @Override
  public void check(String reference) {
    Object unused = SecretReference.parse(reference);
  }

  @Override
  public String resolve(String reference) {
    return SecretReference.parse(reference).resolve();
  }
}
