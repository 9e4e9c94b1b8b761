/**
 * Reads contracts from YAML; {@link io.millrace.contract.yaml.ContractLoader} is the entry point.
 */
package io.millrace.contract.yaml;
