/** Tests of contracts: sample events with the outcomes, rows and roll-ups to expect. */
package io.millrace.cli.contracttest;
