/** The columns of archive files: their types by contract, and how values are written and read. */
package io.millrace.archive.schema;
