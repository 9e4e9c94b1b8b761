package io.millrace.decode.registry;

import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;

/** The wire format of a schema registry: a zero byte, a schema's id as a big-endian int, data. */
public final class RegistryFrame {
  /** The bytes before the data. */
  public static final int BYTES = 1 + Integer.BYTES;

  private RegistryFrame() {}

  /**
   * The id of the schema that a record was written by.
   *
   * @throws DecodeException if the record does not begin like one of a schema registry
   */
  public static int schemaId(byte[] record) throws DecodeException {
    if (record[0] != 0) {
      throw new DecodeException(
          DeadLetterCode.MALFORMED_BINARY,
          "byte 0: expected the zero byte and the schema id of a schema registry's serializer;"
              + " for records without them, name the schema in `format.schema`");
    } else if (record.length < BYTES) {
      throw new DecodeException(
          DeadLetterCode.TRUNCATED, "byte " + record.length + ": the record ends in a schema id");
    }
    return (record[1] << 24)
        | ((record[2] & 0xff) << 16)
        | ((record[3] & 0xff) << 8)
        | (record[4] & 0xff);
  }

  /** Whether a record may be of a schema registry, for hints in messages. */
  public static boolean looksFramed(byte[] record) {
    return record.length > BYTES && record[0] == 0;
  }
}
