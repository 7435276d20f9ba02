"""What answers and pages cost with many cases behind them."""
