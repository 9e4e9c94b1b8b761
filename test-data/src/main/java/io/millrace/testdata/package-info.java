/**
 * The seeded generator of R0 query events and its manifest. The manifest holds the records, their
 * expected outcomes and the expected results of queries. It shares no code with the pipeline, so
 * that neither can hide a bug of the other.
 */
package io.millrace.testdata;
