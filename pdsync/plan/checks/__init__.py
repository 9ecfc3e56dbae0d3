"""What may stop a plan or needs a reviewer's eye: one file a rule."""
