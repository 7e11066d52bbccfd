"""What was made to do harm: inputs that are large, deep, slow, ambiguous, or not what they say."""
