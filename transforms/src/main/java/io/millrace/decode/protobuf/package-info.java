/**
 * Records in Protobuf's wire format, read by the descriptor of their message; {@link
 * io.millrace.decode.protobuf.ProtobufFormat} is the entry point.
 */
package io.millrace.decode.protobuf;
