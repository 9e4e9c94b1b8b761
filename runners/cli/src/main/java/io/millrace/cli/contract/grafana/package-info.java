/** Dashboards of Grafana and alert rules of Prometheus that follow from a contract. */
package io.millrace.cli.contract.grafana;
