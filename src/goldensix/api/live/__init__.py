"""The sockets: what happened after N, what happens now, and commands; typed in wire.commands and wire.live."""
