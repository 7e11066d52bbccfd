"""The article in the data of a page's application, for pages whose text stands in their scripts alone."""
