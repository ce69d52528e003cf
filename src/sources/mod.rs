//! Sources: `.bib` files entry by entry, and `sources.toml` over them.
