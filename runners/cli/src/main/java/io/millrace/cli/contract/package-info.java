/** Commands on contracts alone, without servers. */
package io.millrace.cli.contract;
