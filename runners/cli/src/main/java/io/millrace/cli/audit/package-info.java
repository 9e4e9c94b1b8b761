/** The command {@code audit}: compares the tables with a manifest. */
package io.millrace.cli.audit;
