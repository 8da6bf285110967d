"""A shop to try the desk with: people, goods, orders, replies, and recorded buyers. Every text here is our own."""
