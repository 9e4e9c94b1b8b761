/** Verifies tables against the audit and manifests: outcomes, rows and roll-ups. */
package io.millrace.verify;
