/**
 * Decodes the bytes of a record into an event, by a contract: strictly, in one pass, without a tree
 * and without reflection. {@link io.millrace.decode.EventDecoder} is the way in.
 */
package io.millrace.decode;
