/** Files: reading them line by line, and files for dead letters. */
package io.millrace.file;
