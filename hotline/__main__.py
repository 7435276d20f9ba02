"""``python -m hotline`` is ``hotline``, also where the script is not on the path."""

from hotline.commands import main

main(prog_name="hotline")
