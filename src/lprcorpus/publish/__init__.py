"""The files beside the tables: data package, dataset card, Croissant, references."""
