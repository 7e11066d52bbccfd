"""Write the items of feeds: the elements of extensions that RSS and Atom share, dates, media, texts."""
