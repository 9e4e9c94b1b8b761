/** The manifest: its file, its totals, and the query results it implies. */
package io.millrace.testdata.manifest;
