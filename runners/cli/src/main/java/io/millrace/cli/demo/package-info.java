/** The command {@code demo}: generates events, runs the pipeline and verifies the tables. */
package io.millrace.cli.demo;
