"""Articles of schema.org, shared by the formats that hold them as JSON-LD. Imports schemas and the rooms markup, json.

`terms` and `vocabulary` are the names of schema.org, `nodes` and `merging` find the articles in a document, `reading`
takes their values, `things` and `works` write them, and `recommendations` says what they lack.
"""
