/** What becomes of sample events under a contract, without servers. */
package io.millrace.cli.explain;
