/**
 * Records in Avro's binary encoding, read by the schema of their writer; {@link
 * io.millrace.decode.avro.AvroFormat} is the entry point.
 */
package io.millrace.decode.avro;
