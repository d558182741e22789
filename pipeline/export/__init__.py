"""Makes from the published files of an output what trainers of networks read: lists, tables, pictures, volumes, shards."""
