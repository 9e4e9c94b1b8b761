/** The command {@code audit}: verifies outcomes and tables, and compares them with manifests. */
package io.millrace.cli.audit;
