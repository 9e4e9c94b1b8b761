/** Files: addresses, checks, the source, and dead-letter files. */
package io.millrace.file;
