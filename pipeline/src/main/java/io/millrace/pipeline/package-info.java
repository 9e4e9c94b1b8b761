/**
 * The pipeline's graph and what runs before it starts: the check of flags, the preflight, the
 * report.
 */
package io.millrace.pipeline;
