/** Checks of tables against a manifest: outcomes, rows, and roll-ups. */
package io.millrace.verify;
