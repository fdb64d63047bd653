"""Raw texts and manifests made into a corpus."""
