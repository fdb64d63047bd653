"""An unknown periodical's text read for what a manifest says: its pages, its contents list, its items and their parts."""
