"""How fast it is, as ratios within one run on one machine: never an assertion, so never a flaky test."""
