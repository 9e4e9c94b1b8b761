/** The commands {@code up}, {@code down} and {@code status} of the local stack. */
package io.millrace.cli.stack;
