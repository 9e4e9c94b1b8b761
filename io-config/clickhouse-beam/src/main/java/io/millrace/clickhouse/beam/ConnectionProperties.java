package io.millrace.clickhouse.beam;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Connection properties that resolve user and password for each connection and do not store them.
 * Neither the serialized form, which is part of the job graph, nor {@link #toString} contains them.
 * The driver copies all entries when it connects; {@link #entrySet} adds the secrets there, because
 * ClickHouseIO accepts no secrets otherwise.
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

  /** Identity, so that comparing does not resolve secrets. */
  @Override
  public synchronized boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public synchronized int hashCode() {
    return System.identityHashCode(this);
  }
}
