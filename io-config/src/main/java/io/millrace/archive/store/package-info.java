/** The files of an archive: where they are, how they are written and which of them count. */
package io.millrace.archive.store;
