# The policy, word for word.
policy-contents = Contents
