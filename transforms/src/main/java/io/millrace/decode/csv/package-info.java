/**
 * Decodes CSV (RFC 4180) and its relatives with other delimiters: each line of a record is an
 * event. {@link io.millrace.decode.csv.CsvFormat} is the way in.
 */
package io.millrace.decode.csv;
