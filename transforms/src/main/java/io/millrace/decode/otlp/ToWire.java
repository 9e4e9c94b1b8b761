package io.millrace.decode.otlp;

import io.millrace.decode.DecodeException;

/** Writes a message in JSON in the wire form. */
interface ToWire {
  /**
   * The wire form of a message.
   *
   * @param json one object
   */
  byte[] message(Message message, byte[] json) throws DecodeException;
}
