/**
 * The command {@code demo}: generates events, runs the pipeline, and shows what the tables
 * answer.
 */
package io.millrace.cli.demo;
