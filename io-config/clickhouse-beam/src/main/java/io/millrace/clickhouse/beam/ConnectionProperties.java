package io.millrace.clickhouse.beam;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Properties of a connection whose user and password are looked up when a connection is made and
 * are never among what is stored here: neither their serialized form, which is part of the job
 * graph, nor their text holds them. ClickHouseIO has no other way to be given a secret; the driver
 * copies all entries when it connects, which is where they are completed.
 */
final class ConnectionProperties extends Properties {
  private static final long serialVersionUID = 1L;

  private static final String USER = "user";
  private static final String PASSWORD = "password";

  private final BeamClickHouseWrite.Secret user;
  private final BeamClickHouseWrite.@Nullable Secret password;

  ConnectionProperties(
      Map<String, String> open,
      BeamClickHouseWrite.Secret user,
      BeamClickHouseWrite.@Nullable Secret password) {
    this.user = user;
    this.password = password;
    open.forEach(this::setProperty);
  }

  @Override
  public Set<Map.Entry<Object, Object>> entrySet() {
    Set<Map.Entry<Object, Object>> all = new LinkedHashSet<>(super.entrySet());
    all.add(Map.entry(USER, user.resolve()));
    if (password != null) {
      all.add(Map.entry(PASSWORD, password.resolve()));
    }
    return all;
  }

  /** Without looking the password up: two are the same if they are the same object. */
  @Override
  public synchronized boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public synchronized int hashCode() {
    return System.identityHashCode(this);
  }
}
