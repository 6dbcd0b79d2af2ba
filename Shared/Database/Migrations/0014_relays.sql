-- Consumers behind relays. via: the relay that the consumer is connected to; null where that is the origin itself.
ALTER TABLE distribution.node ADD COLUMN via text;
