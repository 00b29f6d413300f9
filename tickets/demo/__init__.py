"""The demo: a market of five firms (`market.json`), and what they did with each other over the last two weeks."""
