/** Writes outcomes to the files of an archive. */
package io.millrace.archive.write;
