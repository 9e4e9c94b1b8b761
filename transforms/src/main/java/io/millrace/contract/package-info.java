/** The contract: fields, identity, event time, tables and rules. */
package io.millrace.contract;
