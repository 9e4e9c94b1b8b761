/** The commands {@code up}, {@code down} and {@code status}: the servers of this computer. */
package io.millrace.cli.stack;
