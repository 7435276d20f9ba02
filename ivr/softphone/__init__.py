"""A real SIP telephone (PJSIP): for the test call, for the tests and for the benchmarks."""
