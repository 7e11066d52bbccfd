"""The resources of jobs: to post, list, follow, change and delete them, and their files."""
