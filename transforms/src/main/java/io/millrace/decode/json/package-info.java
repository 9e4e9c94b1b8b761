/**
 * Decodes JSON: strictly, in one pass over the bytes, without a tree and without reflection. {@link
 * io.millrace.decode.json.JsonDecoder} is the way in.
 */
package io.millrace.decode.json;
