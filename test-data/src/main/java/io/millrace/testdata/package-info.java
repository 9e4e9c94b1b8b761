/**
 * The seeded event generator of the R0 query events and its truth manifest: what was sent, how each
 * record must end, and the answers that queries over the result must give. It shares no code with
 * the pipeline, so that neither can hide a problem of the other.
 */
package io.millrace.testdata;
