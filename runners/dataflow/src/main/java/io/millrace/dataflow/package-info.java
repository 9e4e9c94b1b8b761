/** The pipeline on Dataflow: its main class, launch checks, dry run and template metadata. */
package io.millrace.dataflow;
