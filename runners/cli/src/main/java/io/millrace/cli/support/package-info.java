/** What all commands share: exit codes, refusals, progress, and the seam for measurements. */
package io.millrace.cli.support;
