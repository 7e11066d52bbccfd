"""Body markup → the blocks of an Article."""
