"""From what a source states to canonical values, each with its evidence: text, time, place, state, price, category."""
