/** Compares two versions of a contract: who can read whose records. */
package io.millrace.contract.compatibility;
