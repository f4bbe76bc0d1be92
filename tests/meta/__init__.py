"""What holds of the checkout as a whole: its files, its words, its layers, its papers."""
