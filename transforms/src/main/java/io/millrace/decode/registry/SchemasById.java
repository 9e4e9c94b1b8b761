package io.millrace.decode.registry;

import io.millrace.decode.DecodeException;
import java.util.HashMap;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What is compiled of the schemas of a registry, by schema id. A schema is looked up and compiled
 * when the first record names its id, and kept indefinitely. That an id is unknown is kept for a
 * minute, because it may become known. Not thread-safe: one for each decoder.
 *
 * @param <T> what a schema is compiled to
 */
public final class SchemasById<T> {
  /** Compiles a schema. */
  public interface Compiler<T> {
    /**
     * Compiles.
     *
     * @throws DecodeException if records of the schema cannot be decoded
     */
    T compile(int id, RegisteredSchema schema) throws DecodeException;
  }

  private static final long KEEP_UNKNOWN_NANOS = 60_000_000_000L;

  /** Ids may be garbage: of more unknown ones than these, all are forgotten. */
  private static final int MAX_UNKNOWN = 10_000;

  private final SchemaLookup lookup;
  private final Compiler<T> compiler;
  private final Map<Integer, T> known = new HashMap<>();
  private final Map<Integer, Unknown> unknown = new HashMap<>();
  private int lastId;
  private @Nullable T last;

  private record Unknown(DecodeException reason, long sinceNanos) {}

  public SchemasById(SchemaLookup lookup, Compiler<T> compiler) {
    this.lookup = lookup;
    this.compiler = compiler;
  }

  /**
   * What is compiled of a schema; waits as long as the registry gives no answer.
   *
   * @throws DecodeException if there is no such schema, or if records of it cannot be decoded
   * @throws IllegalStateException if the thread is interrupted while it waits
   */
  public T get(int id) throws DecodeException {
    T latest = last;
    if (latest != null && id == lastId) {
      return latest;
    }
    T compiled = known.get(id);
    if (compiled == null) {
      compiled = ask(id);
      known.put(id, compiled);
    }
    last = compiled;
    lastId = id;
    return compiled;
  }

  private T ask(int id) throws DecodeException {
    Unknown before = unknown.get(id);
    if (before != null && System.nanoTime() - before.sinceNanos < KEEP_UNKNOWN_NANOS) {
      throw before.reason;
    }
    try {
      T compiled = compiler.compile(id, lookup.find(id));
      unknown.remove(id);
      return compiled;
    } catch (DecodeException e) {
      if (unknown.size() >= MAX_UNKNOWN) {
        unknown.clear();
      }
      unknown.put(id, new Unknown(e, System.nanoTime()));
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the schema registry", e);
    }
  }
}
