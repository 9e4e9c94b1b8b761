/**
 * The seam for formats: {@link io.millrace.decode.RecordDecoder} takes a record and gives what is
 * in it. Beside it, what formats have in common. Each format is a package below this one.
 */
package io.millrace.decode;
