"""The rules of NewsML-G2, for pieces that newsmill writes and for documents from anywhere."""
