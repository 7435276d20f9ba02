// Copies the built files of our packages to static/vendor, from where the pages load them.
import { copyFileSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const files = {
  "htmx.org/dist/htmx.min.js": "htmx.min.js",
  "wavesurfer.js/dist/wavesurfer.esm.js": "wavesurfer.esm.js",
};

mkdirSync(`${here}static/vendor`, { recursive: true });
for (const [from, to] of Object.entries(files)) {
  copyFileSync(`${here}node_modules/${from}`, `${here}static/vendor/${to}`);
}
