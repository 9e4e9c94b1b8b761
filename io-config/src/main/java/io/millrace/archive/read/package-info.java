/** Reads the rows of an archive. */
package io.millrace.archive.read;
