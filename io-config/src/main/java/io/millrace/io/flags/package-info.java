/** Parsing of flags, and runner profiles. */
package io.millrace.io.flags;
