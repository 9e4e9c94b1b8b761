package io.millrace.io.schema;

import java.util.List;

/**
 * What one system contributes to {@link SchemaPreflight}: it knows the tables that a contract
 * needs, looks at those that exist, and makes changes. An instance serves one operation.
 */
public interface SchemaDialect extends AutoCloseable {
  /** The system and its address, for people. */
  String where();

  /** One line for each part of the contract that the system can never hold. Does not connect. */
  default List<String> impossible() {
    return List.of();
  }

  /**
   * Connects to the system.
   *
   * @param forChanges whether statements may follow that take hours
   * @throws io.millrace.io.SinkException with the reason
   */
  void open(boolean forChanges) throws Exception;

  /**
   * Compares what exists with what the contract needs. The order is that of the changes: those of
   * one table stand together, and its views come last.
   */
  List<Difference> differences() throws Exception;

  /**
   * What else keeps a run from starting, one line each: the user lacks the right to write to a
   * table that {@link #differences} found, or to create one that it did not find.
   */
  List<String> problems() throws Exception;

  /** Executes a statement and waits until it is done. */
  void execute(String statement) throws Exception;

  /** What an exception means and what to do, in one line without secrets. */
  String explain(Exception e);

  @Override
  void close();
}
