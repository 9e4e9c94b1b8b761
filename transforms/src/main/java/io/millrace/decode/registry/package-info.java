/**
 * Schemas from a schema registry with Confluent's interface: which schema a record was written by,
 * and the lookup of a schema by its id.
 */
package io.millrace.decode.registry;
