"""The responsible units as a tree that can be searched by name, alias and pinyin."""
