/** The pipeline of {@code run --state}, with its progress line. */
package io.millrace.cli.state;
