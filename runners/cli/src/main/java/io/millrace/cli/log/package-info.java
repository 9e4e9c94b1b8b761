/** The log of a command as JSON: one object a line. */
package io.millrace.cli.log;
