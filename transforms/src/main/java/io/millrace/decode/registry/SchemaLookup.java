package io.millrace.decode.registry;

import io.millrace.decode.DecodeException;

/** Finds schemas by the ids that records name. */
public interface SchemaLookup {
  /**
   * The schema with an id. An id never gets another schema, so an answer holds indefinitely.
   *
   * <p>Waits as long as the registry gives no answer.
   *
   * @throws DecodeException with the code {@code UNKNOWN_SCHEMA} if the registry has no such id
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  RegisteredSchema find(int id) throws DecodeException, InterruptedException;
}
