"""THE SPINE: an append-only log of events; everything else can be dropped and rebuilt from it."""
