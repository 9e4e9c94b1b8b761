/**
 * Redaction: the rules of a contract, compiled, and applied to the row and to the kept bytes of
 * each event before it leaves decoding.
 */
package io.millrace.redact;
