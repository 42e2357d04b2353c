"""The network as cells of text, without Textual: units and weights, and which cells change."""
